import { type App, nativeEngine } from "@coapkit/core";
import { coapClient, createTestClient, type TestClient } from "@coapkit/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Fresh, RequireScope } from "../src/index.js";
import { bearing, TOKEN_OPTION, testApp, tokenOf } from "./support/test-app.js";

const BODY = "0123456789".repeat(300);

describe("bodies in blocks, over UDP", () => {
  let app: App;
  let port: number;
  let client: TestClient;
  const stored: string[] = [];
  beforeAll(async () => {
    const plain = (path: string, ...more: readonly ReturnType<typeof Fresh.entry>[]) => ({
      path,
      metadata: [RequireScope.entry("write"), ...more],
      consumes: [0],
      payload: true as const,
      handler: ({ payload }: { readonly payload: unknown }) => void stored.push(payload as string),
    });
    ({ app } = await testApp({}, { engine: nativeEngine() }, (opened) => {
      opened.route({ method: "PUT", ...plain("/large") });
      opened.route({ method: "PUT", ...plain("/fresh", Fresh.entry()) });
      opened.route({ method: "GET", path: "/large", metadata: [RequireScope.entry("read")], handler: () => BODY });
    }));
    ({ port } = await app.listen("coap://127.0.0.1:0"));
    client = createTestClient(nativeEngine({ blockBytes: 256 }), { baseUri: `coap://127.0.0.1:${port}` });
  });
  afterAll(async () => {
    await client.close();
    await app.close();
  });

  const optionsOf = async (caller: string) => ({
    options: bearing(await tokenOf(caller)),
    payload: BODY,
    contentFormat: 0,
  });

  it.each([
    ["/large", "writer", "2.04", 1],
    ["/large", "reader", "4.03", 0],
    ["/fresh", "writer", "2.04", 1],
    ["/fresh", "reader", "4.03", 0],
  ])("PUT %s of %s is answered with %s and stored %i times", async (path, caller, code, count) => {
    stored.length = 0;
    expect((await client.put(path, await optionsOf(caller))).code).toBe(code);
    expect(stored).toEqual(Array.from({ length: count }, () => BODY));
  });

  it("are sent to the bearer of the token", async () => {
    const { code, text } = await client.get("/large", { options: bearing(await tokenOf("reader")) });
    expect([code, text]).toEqual(["2.05", BODY]);
    expect((await client.get("/large", { options: bearing(await tokenOf("admin")) })).code).toBe("4.03");
    expect((await client.get("/large")).code).toBe("4.01");
  });

  it("are not continued for somebody without the token", async () => {
    const uri = `coap://127.0.0.1:${port}/large`;
    const token = ["-O", `${TOKEN_OPTION},${await tokenOf("reader")}`];
    const second = ["-b", "1,256", uri];
    expect((await coapClient([...token, ...second])).messages.at(-1)?.code).toBe("2.05");
    expect((await coapClient(second)).code).toBe("4.01");
  });
});
