import { nativeEngine } from "@coapkit/core";
import { coapClient } from "@coapkit/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CallerName, GUARD_CASES } from "./support/guard-cases.js";
import { GuardedResource, UnguardedResource } from "./support/guarded-resource.js";
import { type TestApp, TOKEN_OPTION, testApp, tokenOf } from "./support/test-app.js";

/** A program for each request: not every caller of the table. */
const CALLERS: readonly CallerName[] = ["nobody", "reader", "admin"];

describe("guards, asked by libcoap's client", () => {
  let bench: TestApp;
  let port: number;
  beforeAll(async () => {
    bench = await testApp({}, { resources: [GuardedResource, UnguardedResource], engine: nativeEngine() });
    ({ port } = await bench.app.listen("coap://127.0.0.1:0"));
  });
  afterAll(async () => {
    await Promise.all([bench.app.close(), bench.clock.advance(10_000)]);
  });

  const ask = async (caller: CallerName, method: string, path: string): Promise<string | undefined> => {
    const token = caller === "nobody" ? [] : ["-O", `${TOKEN_OPTION},${await tokenOf(caller)}`];
    const send = (...more: string[]) =>
      coapClient([...token, ...more, "-m", method.toLowerCase(), `coap://127.0.0.1:${port}${path}`]);
    const { code, option } = await send();
    const echo = option("Echo");
    if (code !== "4.01" || echo === undefined) return code;
    return (await send("-O", `252,${echo}`)).code;
  };

  it.each(GUARD_CASES)("answers $method $path as the table says", async ({ method, path, codes }) => {
    const found = await Promise.all(CALLERS.map(async (caller) => [caller, await ask(caller, method, path)]));
    expect(found).toEqual(CALLERS.map((caller) => [caller, codes[caller]]));
  });
});
