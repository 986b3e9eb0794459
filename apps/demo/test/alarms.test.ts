import type { App } from "@coapkit/core";
import { Notifier } from "@coapkit/plugin-observe";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AlarmPanel } from "../src/alarms/alarm-panel.js";
import { serveDemo } from "./served-demo.js";

const KITCHEN = "/sensors/kitchen-temperature";

describe("the alarm panel", () => {
  let app: App;
  let uri: string;
  let alarms: AsyncIterator<{ readonly value: unknown }>;
  let stopped: Promise<void>;

  beforeEach(async () => {
    ({ app, uri } = await serveDemo());
    await post(20);
    stopped = app.resolve(AlarmPanel).watch(uri);
    alarms = app.client.observe(`${uri}/alarms`);
    expect(await next()).toEqual([]);
  });
  afterEach(async () => {
    await app.close();
    await stopped;
  });

  const post = (value: number, sensor = KITCHEN) => app.client.post(`${uri}${sensor}/readings`, { value });
  const patch = (alarmAbove: number | null) =>
    app.client.ipatch(`${uri}${KITCHEN}`, JSON.stringify({ alarmAbove }), { contentFormat: "merge-patch+json" });
  const next = async () => (await alarms.next()).value?.value;
  /** What the panel observes of the kitchen's readings. */
  const relations = () => app.resolve(Notifier).relations(`${KITCHEN}/readings/latest`);
  const watching = (gt: number) => expect.poll(() => relations().map(({ conditions }) => conditions)).toEqual([{ gt }]);

  it("shows a sensor from the reading that crosses its limit to the one that crosses it back", async () => {
    await watching(28);
    for (const value of [27.9, 28, 28.1]) await post(value);
    expect(await next()).toMatchObject([{ sensor: "kitchen-temperature", above: 28, value: 28.1 }]);
    for (const value of [40, 28.1, 28]) await post(value);
    expect(await next()).toEqual([]);
  });

  it("is told of the readings that cross the limit, and of no others", async () => {
    await watching(28);
    for (const value of [21, 22, 23, 24]) await post(value);
    await post(30);
    expect(await next()).toMatchObject([{ value: 30 }]);
    expect(relations().map(({ notifications }) => notifications)).toEqual([1]);
    expect(app.resolve(Notifier).counters.withheld).toBe(4);
  });

  it("takes another limit at once, and none", async () => {
    await watching(28);
    await patch(18);
    expect(await next()).toMatchObject([{ above: 18, value: 20 }]);
    await watching(18);
    await patch(null);
    expect(await next()).toEqual([]);
    await expect.poll(relations).toEqual([]);
  });

  it("forgets a sensor that is deleted", async () => {
    await watching(28);
    await post(30);
    expect(await next()).toMatchObject([{ value: 30 }]);
    await app.client.delete(`${uri}${KITCHEN}`);
    expect(await next()).toEqual([]);
    await expect.poll(relations).toEqual([]);
  });
});
