import { type App, OptionNumber } from "@coapkit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDemoApp } from "../src/app.js";

const PATH = "/sensors/kitchen-temperature";
const SENSOR = { id: "kitchen-temperature", room: "kitchen", kind: "temperature", alarmAbove: 28 };
const MERGE_PATCH = 52;

describe("sensors", () => {
  let app: App;
  beforeEach(async () => {
    app = await createDemoApp({ logging: { level: "silent" } });
  });
  afterEach(() => app.close());

  const read = async () => (await app.inject({ method: "GET", path: PATH })).value;
  const put = (id: string, payload: unknown) => app.inject({ method: "PUT", path: `/sensors/${id}`, payload });
  const patch = (
    payload: unknown,
    contentFormat = MERGE_PATCH,
    options: { number: number; value: Uint8Array }[] = [],
  ) => app.inject({ method: "IPATCH", path: PATH, payload, contentFormat, options });

  it.each([
    ["limit=10", ["cellar-humidity", "kitchen-humidity", "kitchen-temperature"], 3],
    ["room=kitchen", ["kitchen-humidity", "kitchen-temperature"], 2],
    ["kind=humidity", ["cellar-humidity", "kitchen-humidity"], 2],
    ["room=kitchen&kind=humidity", ["kitchen-humidity"], 1],
    ["room=kitchen&limit=1&offset=1", ["kitchen-temperature"], 2],
    ["room=nowhere", [], 0],
  ])("lists those that the query %j asks for", async (query, ids, total) => {
    const { value } = await app.inject({ method: "GET", path: `/sensors?${query}` });
    const page = value as { total: number; items: { id: string }[] };
    expect([page.items.map(({ id }) => id), page.total]).toEqual([ids, total]);
  });

  it("refuses a filter that it does not know with 4.00", async () => {
    const { code, text } = await app.inject({ method: "GET", path: "/sensors?kind=noise" });
    expect(code).toBe("4.00");
    expect(text).toContain("kind");
  });

  it("adds a sensor with POST, once", async () => {
    const payload = { id: "cellar-temperature", room: "cellar", kind: "temperature" };
    const first = await app.inject({ method: "POST", path: "/sensors", payload });
    expect([first.code, first.location]).toEqual(["2.01", "/sensors/cellar-temperature"]);
    expect((await app.inject({ method: "POST", path: "/sensors", payload })).code).toBe("4.09");
    const { value } = await app.inject({ method: "GET", path: "/sensors/cellar-temperature" });
    expect(value).toEqual({ ...payload, alarmAbove: null });
  });

  it("makes a sensor with PUT, then moves it", async () => {
    expect((await put("mobile", { room: "cellar", kind: "humidity" })).code).toBe("2.01");
    expect((await put("mobile", { room: "kitchen", kind: "humidity" })).code).toBe("2.04");
    const { value } = await app.inject({ method: "GET", path: "/sensors/mobile" });
    expect(value).toEqual({ id: "mobile", room: "kitchen", kind: "humidity", alarmAbove: null });
  });

  it("refuses a room that does not exist with 4.22", async () => {
    const { code, text } = await put("mobile", { room: "attic", kind: "humidity" });
    expect([code, text]).toEqual(["4.22", 'room: there is no room "attic"']);
  });

  it("takes no more than a thousand sensors: 4.09", async () => {
    const settings = { room: "cellar", kind: "humidity" };
    for (let i = 3; i < 1_000; i++) expect((await put(`sensor-${i}`, settings)).code).toBe("2.01");
    expect((await put("one-more", settings)).code).toBe("4.09");
    expect((await put("sensor-3", settings)).code).toBe("2.04");
  });

  it("changes with iPATCH what the merge patch names, and nothing else", async () => {
    expect((await patch({ alarmAbove: 25 })).code).toBe("2.04");
    expect(await read()).toEqual({ ...SENSOR, alarmAbove: 25 });
    expect((await patch({ alarmAbove: null })).code).toBe("2.04");
    expect(await read()).toEqual({ ...SENSOR, alarmAbove: null });
    expect((await patch({})).code).toBe("2.04");
    expect(await read()).toEqual({ ...SENSOR, alarmAbove: null });
  });

  it.each([{ alarmAbove: "hot" }, { room: null }, { id: "other" }, { alarmAbove: 0.05 }, [], 5])(
    "refuses the merge patch %j with 4.09 and changes nothing",
    async (payload) => {
      const { code, text } = await patch(payload);
      expect(code).toBe("4.09");
      expect(text).not.toBe("");
      expect(await read()).toEqual(SENSOR);
    },
  );

  it("refuses a merge patch that names a room that there is not: 4.22", async () => {
    expect(await patch({ room: "attic" })).toMatchObject({ code: "4.22", text: 'room: there is no room "attic"' });
    expect(await read()).toEqual(SENSOR);
  });

  it("takes a merge patch under its own content format only: 4.15", async () => {
    const { code, text } = await patch({ alarmAbove: 25 }, 50);
    expect([code, text]).toEqual(["4.15", "Content formats to send here: 52 (application/merge-patch+json)."]);
    expect(await read()).toEqual(SENSOR);
  });

  it("patches a version that is still current, and no other", async () => {
    const { etag = new Uint8Array() } = await app.inject({ method: "GET", path: PATH });
    const ifMatch = [{ number: OptionNumber.IfMatch, value: etag }];
    expect((await patch({ alarmAbove: 25 }, MERGE_PATCH, ifMatch)).code).toBe("2.04");
    expect((await patch({ alarmAbove: 20 }, MERGE_PATCH, ifMatch)).code).toBe("4.12");
    expect(await read()).toMatchObject({ alarmAbove: 25 });
  });

  it("answers 4.04 for a sensor that does not exist", async () => {
    const path = "/sensors/none";
    for (const method of ["GET", "IPATCH"] as const) {
      const payload = method === "GET" ? undefined : { alarmAbove: 1 };
      const { code, text } = await app.inject({ method, path, payload, contentFormat: payload && MERGE_PATCH });
      expect([code, text]).toEqual(["4.04", 'There is no sensor "none".']);
    }
  });

  it("deletes a sensor together with its readings", async () => {
    await app.inject({ method: "POST", path: `${PATH}/readings`, payload: { value: 21 } });
    expect((await app.inject({ method: "DELETE", path: PATH })).code).toBe("2.02");
    expect((await app.inject({ method: "GET", path: PATH })).code).toBe("4.04");
    await put("kitchen-temperature", { room: "kitchen", kind: "temperature" });
    const { value } = await app.inject({ method: "GET", path: `${PATH}/readings` });
    expect(value).toEqual({ total: 0, items: [] });
  });

  it("has a link for each sensor that there is at the moment", async () => {
    const links = async () => (await app.inject({ method: "GET", path: "/.well-known/core?rt=sensor" })).text;
    expect(await links()).toBe(
      '</sensors/cellar-humidity>;obs;rt="sensor humidity",</sensors/kitchen-humidity>;obs;rt="sensor humidity",' +
        '</sensors/kitchen-temperature>;obs;rt="sensor temperature"',
    );
    for (const id of ["cellar-humidity", "kitchen-humidity"])
      await app.inject({ method: "DELETE", path: `/sensors/${id}` });
    expect(await links()).toBe('</sensors/kitchen-temperature>;obs;rt="sensor temperature"');
  });
});
