import type { App } from "@coapkit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDemoApp } from "../src/app.js";
import { READINGS_PER_SENSOR } from "../src/store/reading-store.js";

const PATH = "/sensors/kitchen-temperature/readings";

describe("readings", () => {
  let app: App;
  beforeEach(async () => {
    app = await createDemoApp({ logging: { level: "silent" } });
  });
  afterEach(() => app.close());

  const post = (payload: unknown, path = PATH) => app.inject({ method: "POST", path, payload });
  const list = async (query = "limit=10") => (await app.inject({ method: "GET", path: `${PATH}?${query}` })).value;

  it("keeps what devices post, the latest first", async () => {
    for (const value of [20.5, 21, 21.5]) expect((await post({ value, at: "2026-01-01T12:00:00Z" })).code).toBe("2.04");
    const at = "2026-01-01T12:00:00.000Z";
    const reading = { sensor: "kitchen-temperature", unit: "Cel", at };
    expect(await list("limit=2")).toEqual({
      total: 3,
      items: [
        { ...reading, value: 21.5 },
        { ...reading, value: 21 },
      ],
    });
    expect(await list("limit=2&offset=2")).toEqual({ total: 3, items: [{ ...reading, value: 20.5 }] });
  });

  it("takes the server's time where the device sends none", async () => {
    const before = Date.now();
    await post({ value: 21 });
    const [reading] = ((await list()) as { items: { at: string }[] }).items;
    const atMs = Date.parse(reading?.at ?? "");
    expect(atMs).toBeGreaterThanOrEqual(before);
    expect(atMs).toBeLessThanOrEqual(Date.now());
  });

  it("shows the latest, and 4.04 before the first", async () => {
    const latest = () => app.inject({ method: "GET", path: `${PATH}/latest` });
    expect(await latest()).toMatchObject({ code: "4.04", text: 'Sensor "kitchen-temperature" has no reading yet.' });
    await post({ value: 21 });
    await post({ value: 22 });
    expect(await latest()).toMatchObject({ code: "2.05", value: { value: 22 } });
  });

  it.each([{}, { value: "21" }, { value: 21, at: "yesterday" }, { value: 21, colour: "red" }, [], [{}], 21, null])(
    "refuses the reading %j with 4.22",
    async (payload) => {
      const { code, text } = await post(payload);
      expect(code).toBe("4.22");
      expect(text).toMatch(/^Invalid payload: ./);
      expect(await list()).toEqual({ total: 0, items: [] });
    },
  );

  it.each([
    ["kitchen-temperature", 100, 100.1],
    ["kitchen-temperature", -60, -60.1],
    ["kitchen-humidity", 0, -0.1],
    ["kitchen-humidity", 100, 100.1],
  ])("takes from %s a reading of %d but not of %d", async (sensor, possible, impossible) => {
    const path = `/sensors/${sensor}/readings`;
    expect((await post({ value: possible }, path)).code).toBe("2.04");
    const { code, text } = await post({ value: impossible }, path);
    expect(code).toBe("4.22");
    expect(text).toContain(`not ${impossible}`);
  });

  it("answers 4.04 for a sensor that does not exist", async () => {
    const path = "/sensors/none/readings";
    expect((await post({ value: 21 }, path)).code).toBe("4.04");
    expect((await app.inject({ method: "GET", path })).code).toBe("4.04");
  });

  it.each([
    [{ value: 21, sensor: "kitchen-humidity" }, 'sensor: these are the readings of "kitchen-temperature"'],
    [{ value: 21, unit: "K" }, "unit: temperature is in Cel, not in K"],
  ])("refuses %j, which is no reading of the sensor, with 4.22", async (payload, text) => {
    expect(await post([{ value: 20 }, payload])).toMatchObject({ code: "4.22", text: expect.stringContaining(text) });
    expect(await list()).toEqual({ total: 0, items: [] });
  });

  it("deletes the oldest readings of a sensor, and of no other, when there are too many", async () => {
    await post({ value: 50 }, "/sensors/kitchen-humidity/readings");
    for (let i = 0; i < READINGS_PER_SENSOR + 3; i++) await post({ value: i / 100 });
    const { total, items } = (await list(`offset=${READINGS_PER_SENSOR - 1}`)) as { total: number; items: unknown[] };
    expect(total).toBe(READINGS_PER_SENSOR);
    expect(items).toMatchObject([{ value: 0.03 }]);
    const other = await app.inject({ method: "GET", path: "/sensors/kitchen-humidity/readings" });
    expect(other.value).toMatchObject({ total: 1 });
  });
});
