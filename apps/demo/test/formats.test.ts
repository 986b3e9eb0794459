import type { App } from "@coapkit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDemoApp } from "../src/app.js";

const PATH = "/sensors/kitchen-temperature/readings";
const AT = "2026-01-31T12:00:00.000Z";
const AT_S = Date.parse(AT) / 1000;
const READING = { sensor: "kitchen-temperature", value: 21.5, unit: "Cel", at: AT };

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("content formats", () => {
  let app: App;
  beforeEach(async () => {
    app = await createDemoApp({ logging: { level: "silent" } });
  });
  afterEach(() => app.close());

  const post = (contentFormat: number, payload: unknown) =>
    app.inject({ method: "POST", path: PATH, payload, contentFormat });
  const get = (path: string, accept?: number) => app.inject({ method: "GET", path, accept });

  it.each([
    ["JSON", 50, Buffer.from(JSON.stringify({ value: 21.5, at: AT }))],
    // {"value": 21.5, "at": "2026-01-31T12:00:00.000Z"}
    ["CBOR", 60, Buffer.from(`a26576616c7565f94d6062617478183${Buffer.from(AT).toString("hex").slice(1)}`, "hex")],
    ["SenML in JSON", 110, Buffer.from(`[{"n":"kitchen-temperature","u":"Cel","t":${AT_S},"v":21.5}]`)],
    // [{-2: "kitchen-", -3: 1769860000, 0: "temperature", 6: 800, 2: 21.5}]
    [
      "SenML in CBOR",
      112,
      Buffer.from("81a521686b69746368656e2d221a697deba0006b74656d706572617475726506190320" + "02f94d60", "hex"),
    ],
  ])("takes a reading as %s (%d) in the same handler", async (_, contentFormat, payload) => {
    expect(await post(contentFormat, payload)).toMatchObject({ code: "2.04", text: "" });
    expect((await get(`${PATH}/latest`)).value).toEqual(READING);
  });

  it("takes several records of a pack, with base fields", async () => {
    const pack = `[{"bn":"kitchen-temperature","bu":"Cel","bt":${AT_S},"t":-5,"v":21},{"v":21.5}]`;
    expect((await post(110, pack)).code).toBe("2.04");
    expect((await get(PATH)).value).toMatchObject({ total: 2, items: [{ value: 21.5, at: AT }, { value: 21 }] });
  });

  it.each([
    ["[]", "4.00"],
    ['[{"n":"kitchen-temperature","vs":"warm"}]', "4.22"],
    ['[{"n":"kitchen-temperature","t":1e300,"v":1}]', "4.22"],
    ['[{"n":"kitchen-humidity","v":1}]', "4.22"],
    ['[{"n":"kitchen-temperature","u":"K","v":1}]', "4.22"],
  ])("refuses the pack %s with %s", async (pack, code) => {
    expect(await post(110, pack)).toMatchObject({ code, text: expect.stringMatching(/./) });
    expect((await get(PATH)).value).toEqual({ total: 0, items: [] });
  });

  it("gives what Accept asks for", async () => {
    await post(50, { value: 21.5, at: AT });
    const latest = `${PATH}/latest`;
    expect(await get(latest)).toMatchObject({ contentFormat: 50, value: READING });
    expect(await get(latest, 60)).toMatchObject({ contentFormat: 60, value: READING });
    expect((await get(latest, 110)).text).toBe(`[{"n":"kitchen-temperature","u":"Cel","t":${AT_S},"v":21.5}]`);
    expect(hex((await get(latest, 112)).payload)).toMatch(/^81a4.*f94d60$/);
    expect((await get(PATH, 112)).contentFormat).toBe(112);
    expect(await get("/rooms/kitchen", 60)).toMatchObject({ contentFormat: 60, value: { id: "kitchen" } });
    expect((await get("/rooms/kitchen", 110)).code).toBe("4.06");
  });
});
