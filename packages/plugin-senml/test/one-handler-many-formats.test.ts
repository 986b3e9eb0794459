import { type App, createApp, type FormatName } from "@coapkit/core";
import { cbor } from "@coapkit/plugin-cbor";
import { json } from "@coapkit/plugin-json";
import { afterEach, describe, expect, it } from "vitest";
import { Senml, senml } from "../src/index.js";
import { NOW_MS, NOW_S } from "./settings.js";

const reading = { name: "urn:dev:ow:10e2073a01080063", value: 23.1, unit: "Cel", time: NOW_S };
const record = { n: reading.name, u: "Cel", t: NOW_S, v: 23.1 };
const room = { id: "attic", celsius: 21.5, at: new Date(NOW_MS) };
const nothing = (): void => undefined;

describe("one handler", () => {
  let app: App;
  afterEach(() => app.close());

  const errors: unknown[] = [];
  const boot = async () => {
    const error = (fields: { readonly err?: unknown }) => void errors.push(String(fields.err));
    const logger = { isLevelEnabled: () => true, debug: nothing, info: nothing, warn: nothing, error };
    app = await createApp({ plugins: [json(), cbor(), senml({ nowMs: () => NOW_MS })], logger });
  };
  const get = async (accept?: FormatName) => {
    const reply = await app.inject({ method: "GET", path: "/x", accept });
    return { code: reply.code, contentFormat: reply.contentFormat, value: reply.contentFormat && reply.value };
  };

  it("that returns a reading serves every format of produces by Accept; the default is the first", async () => {
    await boot();
    app.route({ method: "GET", path: "x", produces: [112, 50, 60, "application/senml+json"], handler: () => reading });
    const plain = (contentFormat: number) => ({ code: "2.05", contentFormat, value: reading });
    const pack = (contentFormat: number) => ({ code: "2.05", contentFormat, value: [record] });
    expect(await get()).toEqual(pack(112));
    expect(await get(50)).toEqual(plain(50));
    expect(await get(60)).toEqual(plain(60));
    expect(await get(110)).toEqual(pack(110));
    expect(await get("application/senml+cbor")).toEqual(pack(112));
  });

  it("serves them where nothing is declared, too; the default is the first structured one", async () => {
    await boot();
    app.route({ method: "GET", path: "x", handler: () => reading });
    for (const [accept, contentFormat] of [
      [undefined, 50],
      [50, 50],
      [60, 60],
      [110, 110],
      [112, 112],
    ]) {
      expect(await get(accept)).toMatchObject({ code: "2.05", contentFormat });
    }
  });

  it("refuses an Accept that is not offered before it runs", async () => {
    await boot();
    let calls = 0;
    app.route({ method: "GET", path: "x", produces: [50, 110], handler: () => ++calls });
    for (const accept of [60, 112, 114, 40, 65_000]) expect(await get(accept)).toMatchObject({ code: "4.06" });
    const { text } = await app.inject({ method: "GET", path: "/x", accept: 112 });
    expect(text).toBe("Content formats to accept here: 50 (application/json), 110 (application/senml+json).");
    expect(calls).toBe(0);
  });

  it.each([
    ["no reading", { celsius: 21 }],
    ["a reading without a name", { value: 1 }],
    ["a name that is none", { name: "Küche", value: 1 }],
    ["NaN", { ...reading, value: Number.NaN }],
    ["an infinite time", { ...reading, time: Number.POSITIVE_INFINITY }],
    ["an empty list", []],
    ["a list with something else in it", [reading, 1]],
    ["nothing at all", null],
  ])("that returns %s is 4.06 where Accept was open, and still serves the others", async (_, value) => {
    await boot();
    app.route({ method: "GET", path: "x", handler: () => value });
    expect(await get(110)).toMatchObject({ code: "4.06" });
    expect(await get(112)).toMatchObject({ code: "4.06" });
    expect(await get(60)).toMatchObject({ code: "2.05", contentFormat: 60 });
  });

  it("that promises SenML and returns something else is a bug, and the log says why", async () => {
    await boot();
    app.route({ method: "GET", path: "x", produces: [110], handler: () => ({ ...reading, value: Number.NaN }) });
    errors.length = 0;
    expect(await get()).toMatchObject({ code: "5.00" });
    expect(errors).toEqual([
      "TypeError: application/senml+json cannot represent this value: record 1: v is not a finite number.",
    ]);
  });

  it("may say how its value becomes a pack", async () => {
    await boot();
    const toSenml = ({ id, celsius, at }: typeof room) => ({
      name: `${id}/temp`,
      value: celsius,
      unit: "Cel",
      time: at,
    });
    app.route({
      method: "GET",
      path: "x",
      produces: [50, 110, 112],
      metadata: [Senml.entry({ toSenml, baseName: "urn:dev:x:" })],
      handler: () => room,
    });
    expect((await get()).value).toEqual({ ...room, at: room.at.toJSON() });
    const pack = [{ n: "urn:dev:x:attic/temp", u: "Cel", t: NOW_S, v: 21.5 }];
    expect((await get(110)).value).toEqual(pack);
    expect((await get(112)).value).toEqual(pack);
    const { text } = await app.inject({ method: "GET", path: "/x", accept: 110 });
    expect(text).toBe(`[{"bn":"urn:dev:x:","n":"attic/temp","u":"Cel","t":${NOW_S},"v":21.5}]`);
  });

  it("takes every format that it consumes as the same payload", async () => {
    await boot();
    app.route({
      method: "POST",
      path: "x",
      payload: true,
      consumes: [50, 60, 110, 112],
      produces: [50],
      metadata: [
        Senml.entry({ fromSenml: ([first]) => ({ name: first?.n, value: first?.v, unit: first?.u, time: first?.t }) }),
      ],
      handler: ({ payload }) => payload,
    });
    for (const contentFormat of [50, 60]) {
      const reply = await app.inject({ method: "POST", path: "/x", payload: reading, contentFormat });
      expect(reply).toMatchObject({ code: "2.04", contentFormat: 50, value: reading });
    }
    const payload = JSON.stringify([record]);
    const reply = await app.inject({ method: "POST", path: "/x", payload, contentFormat: 110 });
    expect(reply).toMatchObject({ code: "2.04", value: reading });
    const refused = await app.inject({ method: "POST", path: "/x", payload, contentFormat: 0 });
    expect(refused.code).toBe("4.15");
  });

  it("of bytes may produce formats that no plugin knows", async () => {
    await boot();
    app.route({
      method: "GET",
      path: "x",
      produces: ["application/senml-exi", 65_000],
      handler: () => Uint8Array.of(0xa0, 0x11),
    });
    const payload = Uint8Array.of(0xa0, 0x11);
    expect(await app.inject({ method: "GET", path: "/x" })).toMatchObject({ contentFormat: 114, payload });
    expect(await app.inject({ method: "GET", path: "/x", accept: 65_000 })).toMatchObject({
      contentFormat: 65_000,
      payload,
    });
    expect(await get(110)).toMatchObject({ code: "4.06" });
  });
});
