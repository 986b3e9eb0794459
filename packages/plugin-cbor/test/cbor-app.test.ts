import { type App, createApp, isCoapkitError } from "@coapkit/core";
import { afterEach, describe, expect, it } from "vitest";
import { type CborOptions, cbor, SimpleValue } from "../src/index.js";

const SENML_CBOR = 112;
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const nothing = (): void => undefined;
const logger = { isLevelEnabled: () => false, debug: nothing, info: nothing, warn: nothing, error: nothing };

describe("an app with cbor()", () => {
  let app: App;
  afterEach(() => app.close());

  const boot = async (options?: CborOptions) => {
    app = await createApp({ plugins: [cbor(options)], logger });
    app.route({ method: "GET", path: "/reading", handler: () => ({ t: 21.5, unit: "°C" }) });
    app.route({ method: "GET", path: "/simple", handler: () => new SimpleValue(16) });
    app.route({ method: "GET", path: "/set", handler: () => new Set() });
    app.route({ method: "POST", path: "/echo", payload: true, handler: ({ payload }) => payload });
    app.route({
      method: "POST",
      path: "/senml",
      payload: true,
      consumes: ["application/senml+cbor"],
      produces: ["application/senml+cbor"],
      handler: ({ payload }) => payload,
    });
  };
  const post = (payload: Uint8Array, path = "/echo", contentFormat = 60) =>
    app.inject({ method: "POST", path, payload, contentFormat });

  it("sends what handlers return as content format 60", async () => {
    await boot();
    const reply = await app.inject({ method: "GET", path: "/reading", accept: "application/cbor" });
    expect(reply).toMatchObject({ code: "2.05", contentFormat: 60, value: { t: 21.5, unit: "°C" } });
  });

  it("reads payloads of content format 60, and +cbor types on routes that name them", async () => {
    await boot();
    expect(await post(bytes("a1616182f5f6"))).toMatchObject({
      code: "2.04",
      contentFormat: 60,
      value: { a: [true, null] },
    });
    const senml = await post(bytes("81a2006174020a"), "/senml", SENML_CBOR);
    expect(senml).toMatchObject({ code: "2.04", contentFormat: SENML_CBOR, payload: bytes("81a2006174020a") });
  });

  it("answers what it cannot read with 4.00 and the reason", async () => {
    await boot({ maxDepth: 1 });
    expect(await post(bytes("8180"))).toMatchObject({ code: "4.00", text: "CBOR nested deeper than 1 levels" });
    expect(await post(bytes("61ff"))).toMatchObject({ code: "4.00", text: "the text at byte 1 is not UTF-8" });
  });

  it.each([
    ["__proto__", "a1695f5f70726f746f5f5fa168706f6c6c75746564f5", "forbidden key __proto__ at byte 1"],
    [
      "constructor.prototype",
      "a16b636f6e7374727563746f72a16970726f746f74797065a0",
      "forbidden key constructor.prototype at byte 1",
    ],
    ["a million lists in each other", "81".repeat(1_000_000), "CBOR nested deeper than 64 levels"],
    ["a million tags in each other", "c6".repeat(1_000_000), "CBOR nested deeper than 64 levels"],
    ["a list of 2^64 - 1 items", "9bffffffffffffffff", "malformed CBOR: unexpected end at byte 9"],
    ["a map of 2^32 - 1 pairs", "baffffffff", "malformed CBOR: unexpected end at byte 5"],
    ["a text of 2 GiB", "7a7fffffff61", "malformed CBOR: unexpected end at byte 6"],
    ["2^53 bytes", "5b0020000000000000", "malformed CBOR: unexpected end at byte 9"],
    ["a key twice", "a2616101616102", "duplicate key at byte 4"],
  ])("answers %s with 4.00, and no prototype is changed", async (_, hex, text) => {
    await boot();
    expect(await post(bytes(hex))).toMatchObject({ code: "4.00", text });
    expect("polluted" in {}).toBe(false);
  });

  it("answers what it cannot write with an empty 5.00", async () => {
    await boot();
    for (const path of ["/set", "/simple"])
      expect(await app.inject({ method: "GET", path })).toMatchObject({ code: "5.00", text: "" });
  });

  it.each([{ maxDepth: 0 }, { maxDepth: 1001 }])("refuses the options %j at boot", async (options) => {
    await boot();
    const error = await createApp({ plugins: [cbor(options)] }).catch((thrown: unknown) => thrown);
    expect(isCoapkitError(error, "COAPKIT_ERR_OPTIONS_INVALID")).toBe(true);
  });
});
