import type { App } from "@coapkit/core";
import { Notifier } from "@coapkit/plugin-observe";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serveDemo } from "./served-demo.js";

describe("observation", () => {
  let app: App;
  let uri: string;
  beforeEach(async () => {
    ({ app, uri } = await serveDemo());
  });
  afterEach(() => app.close());

  const post = (value: number) => app.client.post(`${uri}/sensors/kitchen-temperature/readings`, { value });

  it("tells of each new reading, in the format asked for, and that the sensor is gone", async () => {
    await post(20);
    const latest = `${uri}/sensors/kitchen-temperature/readings/latest`;
    const json = app.client.observe(latest);
    const senml = app.client.observe(latest, { accept: "senml+cbor" });
    expect((await json.next()).value).toMatchObject({ value: { value: 20 } });
    expect((await senml.next()).value).toMatchObject({ value: [{ v: 20 }] });
    await post(21);
    expect((await json.next()).value).toMatchObject({ value: { value: 21 } });
    expect((await senml.next()).value).toMatchObject({ value: [{ v: 21 }] });
    await app.client.delete(`${uri}/sensors/kitchen-temperature`);
    await expect(json.next()).rejects.toMatchObject({ reply: { codeText: "4.04" } });
    await expect(senml.next()).rejects.toMatchObject({ reply: { codeText: "4.04" } });
  });

  it("tells of changed settings of a sensor, and of the list", async () => {
    const sensor = app.client.observe(`${uri}/sensors/kitchen-temperature`);
    const list = app.client.observe(`${uri}/sensors`);
    expect((await sensor.next()).value).toMatchObject({ value: { alarmAbove: 28 } });
    expect((await list.next()).value).toMatchObject({ value: { total: 3 } });
    const moved = { room: "cellar", kind: "temperature", alarmAbove: 18.5 };
    await app.client.put(`${uri}/sensors/kitchen-temperature`, moved);
    expect((await sensor.next()).value).toMatchObject({ value: moved });
    expect((await list.next()).value).toMatchObject({ value: { items: [{}, {}, moved] } });
  });

  it("has one ticking clock for all who observe the time, and none once they have gone", async () => {
    const feeds = () => app.resolve(Notifier).counters.feeds;
    const clocks = [app.client.observe(`${uri}/time`), app.client.observe(`${uri}/time`)];
    const ticks = async () => (await Promise.all(clocks.map((clock) => clock.next()))).map((tick) => tick.value?.value);
    await ticks();
    const [one, other] = await ticks();
    expect(one).toMatch(/Z$/);
    expect(other).toBe(one);
    expect(feeds()).toBe(1);
    for (const clock of clocks) await clock.return();
    await expect.poll(feeds).toBe(0);
  });
});
