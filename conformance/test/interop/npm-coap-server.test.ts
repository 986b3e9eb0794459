import { nativeEngine } from "@coapkit/core";
import { createTestClient, type TestClient } from "@coapkit/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LARGE, textBody } from "../support/body.js";
import { type NpmCoapServer, startNpmCoapServer } from "../support/npm-coap-server.js";

const TIMEOUT_MS = 20_000;

describe("the native engine's client and npm coap's server", () => {
  let server: NpmCoapServer;
  let client: TestClient;

  beforeAll(async () => {
    server = await startNpmCoapServer();
    client = createTestClient(nativeEngine(), { baseUri: server.uri(""), timeoutMs: TIMEOUT_MS });
  });

  afterAll(async () => {
    await client.close();
    await server[Symbol.asyncDispose]();
  });

  it.each([true, false])("gets, confirmable: %s", async (confirmable) => {
    const { code, text } = await client.get("/plain", { confirmable });
    expect([code, text]).toEqual(["2.05", "GET 0"]);
  });

  it.each(["post", "put", "delete", "fetch", "patch", "ipatch"] as const)("sends %s", async (method) => {
    const { text } = await client[method]("/plain", { payload: "three", contentFormat: 0 });
    expect(text).toBe(`${method === "ipatch" ? "iPATCH" : method.toUpperCase()} 5`);
  });

  it.each([true, false])("takes a separate response, confirmable: %s", async (confirmable) => {
    expect((await client.get("/slow", { confirmable })).text).toBe("late");
  });

  it("downloads 100 KB", async () => {
    expect((await client.get("/large")).text).toBe(textBody(LARGE));
  });

  it("uploads a block", async () => {
    expect((await client.put("/plain", { payload: textBody(1_024) })).text).toBe("PUT 1024");
  });

  it.each([true, false])("uploads 100 KB in blocks, confirmable: %s", async (confirmable) => {
    // npm coap 1.5 puts blocks together by their token.
    const { code, text } = await client.put("/plain", { payload: textBody(LARGE), confirmable });
    expect([code, text]).toEqual(["2.05", `PUT ${LARGE}`]);
  });

  it("takes errors as responses", async () => {
    const { code, text } = await client.get("/missing");
    expect([code, text]).toEqual(["4.04", "no such thing"]);
  });

  it("observes what changes", async () => {
    const seen: string[] = [];
    for await (const { text } of client.observe("/state")) {
      seen.push(text);
      if (text === "3") break;
      for (const stream of server.observers) stream.write(String(Number(text) + 1));
    }
    expect(seen).toEqual(["0", "1", "2", "3"]);
  });
});
