import { type App, createApp, definePlugin, isCoapkitError } from "@coapkit/core";
import { afterEach, describe, expect, it } from "vitest";
import { type JsonOptions, json } from "../src/index.js";

const SENML_JSON = 110;

const routes = definePlugin({
  name: "coapkit-plugin-json-test",
  version: "1.0.0",
  contract: 1,
  setup(host) {
    host.routes.add({ method: "GET", path: "/reading", handler: () => ({ t: 21.5, unit: "°C" }) });
    host.routes.add({ method: "POST", path: "/echo", payload: true, handler: ({ payload }) => payload });
    host.routes.add({ method: "GET", path: "/big", handler: () => ({ total: 1n }) });
    host.routes.add({
      method: "POST",
      path: "/senml",
      payload: true,
      consumes: ["application/senml+json"],
      produces: ["application/senml+json"],
      handler: ({ payload }) => payload,
    });
  },
});

describe("an app with json()", () => {
  let app: App;
  afterEach(() => app.close());

  const boot = async (options?: JsonOptions) => {
    app = await createApp({ plugins: [json(options), routes()] });
  };
  const post = (payload: string, path = "/echo", contentFormat = 50) =>
    app.inject({ method: "POST", path, payload, contentFormat });

  it("sends what handlers return as content format 50", async () => {
    await boot();
    const reply = await app.inject({ method: "GET", path: "/reading", accept: "application/json" });
    expect(reply).toMatchObject({ code: "2.05", contentFormat: 50, text: '{"t":21.5,"unit":"°C"}' });
  });

  it("reads payloads of content format 50", async () => {
    await boot();
    expect(await post('{"a":[1,"é"]}')).toMatchObject({ code: "2.04", contentFormat: 50, value: { a: [1, "é"] } });
  });

  it("serves +json types on routes that name them", async () => {
    await boot();
    const reply = await post('[{"n":"t","v":1}]', "/senml", SENML_JSON);
    expect(reply).toMatchObject({ code: "2.04", contentFormat: SENML_JSON, text: '[{"n":"t","v":1}]' });
  });

  it.each([
    ["", "the payload is empty, JSON text was expected"],
    ['{"a":1,}', "malformed JSON: unexpected '}' at byte 7"],
    ['{"__proto__":{"admin":true}}', "forbidden key __proto__"],
    ["[".repeat(65).concat("]".repeat(65)), "JSON nested deeper than 64 levels"],
  ])("answers %j with 4.00 and the reason", async (payload, text) => {
    await boot();
    expect(await post(payload)).toMatchObject({ code: "4.00", contentFormat: undefined, text });
  });

  it("passes its options to the codec", async () => {
    await boot({ maxDepth: 1, forbiddenKeys: "remove" });
    expect(await post('{"a":1,"__proto__":0}')).toMatchObject({ code: "2.04", text: '{"a":1}' });
    expect(await post('{"a":[]}')).toMatchObject({ code: "4.00", text: "JSON nested deeper than 1 levels" });
  });

  it("answers a value that JSON cannot represent with an empty 5.00", async () => {
    const logged: unknown[] = [];
    const log = (fields: { readonly err?: unknown }) => void logged.push(fields.err);
    const logger = { isLevelEnabled: () => true, debug: log, info: log, warn: log, error: log };
    app = await createApp({ plugins: [json(), routes()], logger });
    const reply = await app.inject({ method: "GET", path: "/big" });
    expect(reply).toMatchObject({ code: "5.00", text: "" });
    expect(String(logged)).toMatch(/TypeError: JSON cannot represent this object: .*BigInt/);
  });

  it.each([{ maxDepth: 0 }, { maxDepth: 1.5 }, { maxDepth: 1001 }, { forbiddenKeys: "allow" as "remove" }])(
    "refuses the options %j at boot",
    async (options) => {
      await boot();
      const error = await createApp({ plugins: [json(options)] }).catch((thrown: unknown) => thrown);
      expect(isCoapkitError(error, "COAPKIT_ERR_OPTIONS_INVALID")).toBe(true);
    },
  );
});
