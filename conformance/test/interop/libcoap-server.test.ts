import { nativeEngine } from "@coapkit/core";
import { createTestClient, type TestClient } from "@coapkit/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LARGE, textBody } from "../support/body.js";
import { type Peer, startLibcoapServer } from "../support/program.js";

const TIMEOUT_MS = 20_000;

describe("the native engine's client and libcoap's server", () => {
  let server: Peer;
  let client: TestClient;

  beforeAll(async () => {
    server = await startLibcoapServer();
    client = createTestClient(nativeEngine(), { baseUri: server.uri(""), timeoutMs: TIMEOUT_MS });
  });

  afterAll(async () => {
    await client.close();
    await server[Symbol.asyncDispose]();
  });

  it.each([true, false])("gets, confirmable: %s", async (confirmable) => {
    const reply = await client.get("/", { confirmable });
    expect([reply.code, reply.text.slice(0, 26)]).toEqual(["2.05", "This is a test server made"]);
  });

  it("discovers", async () => {
    const reply = await client.get("/.well-known/core");
    expect(reply.contentFormat).toBe(40);
    expect(reply.text).toContain("</time>");
  });

  it.each([true, false])("takes a separate response, confirmable: %s", async (confirmable) => {
    const reply = await client.get("/async?1", { confirmable });
    expect([reply.code, reply.text]).toEqual(["2.05", "done"]);
  });

  it("creates, reads, changes and deletes", async () => {
    expect((await client.put("/made", { payload: "one" })).code).toBe("2.01");
    expect((await client.get("/made")).text).toBe("one");
    expect((await client.put("/made", { payload: "two" })).code).toBe("2.04");
    expect((await client.delete("/made")).code).toBe("2.02");
    expect((await client.get("/made")).code).toBe("4.04");
  });

  it("uploads 100 KB, and downloads it again", async () => {
    expect((await client.put("/example_data", { payload: textBody(LARGE), contentFormat: 0 })).code).toBe("2.01");
    expect((await client.get("/example_data")).text).toBe(textBody(LARGE));
  });

  it("carries bodies in small blocks", async () => {
    const small = createTestClient(nativeEngine({ blockBytes: 64 }), {
      baseUri: server.uri(""),
      timeoutMs: TIMEOUT_MS,
    });
    await small.put("/example_data", { payload: textBody(2_000), contentFormat: 0 });
    expect((await small.get("/example_data")).text).toBe(textBody(2_000));
    await small.close();
  });

  it("takes errors as responses", async () => {
    expect((await client.get("/nowhere")).code).toBe("4.04");
    expect((await client.post("/time", { payload: "x" })).code).toBe("4.05");
  });

  it("rejects a 4.02 that carries the critical option which the server did not know", async () => {
    // libcoap 4.3.1 copies the option into its 4.02. RFC 7252 §5.4.1 wants a response rejected that has a critical
    // option which the client does not recognize, so that there is no response; libcoap's own client sees none either.
    const engine = nativeEngine({ ackTimeoutMs: 50, maxRetransmit: 1 });
    const impatient = createTestClient(engine, { baseUri: server.uri(""), timeoutMs: TIMEOUT_MS });
    const asked = impatient.get("/", { options: [{ number: 65_001, value: "critical" }] });
    await expect(asked).rejects.toMatchObject({ code: "COAPKIT_ERR_TIMEOUT", cause: { code: "COAPKIT_ERR_PROTOCOL" } });
    await impatient.close();
  });

  it("observes what changes, and deregisters", async () => {
    await client.put("/state", { payload: "0" });
    const seen: string[] = [];
    for await (const { text } of client.observe("/state")) {
      seen.push(text);
      if (text === "3") break;
      await client.put("/state", { payload: String(Number(text) + 1) });
    }
    expect(seen).toEqual(["0", "1", "2", "3"]);
  });

  it("observes representations of several blocks", async () => {
    const states = [1, 2, 3].map((seed) => textBody(5_000, seed));
    const [first = "", ...others] = states;
    await client.put("/example_data", { payload: first, contentFormat: 0 });
    const seen: string[] = [];
    for await (const { text } of client.observe("/example_data")) {
      seen.push(text);
      const next = others.shift();
      if (next === undefined) break;
      await client.put("/example_data", { payload: next, contentFormat: 0 });
    }
    expect(seen).toEqual(states);
  });
});

describe("the native engine's client and a fresh server of libcoap", () => {
  it("is told when what it observes is deleted", async () => {
    // A server of its own: libcoap 4.3.1 sends no 4.04 (RFC 7641 §4.2) to a client that has observed a representation
    // of several blocks before, whichever resource that was.
    await using server = await startLibcoapServer();
    const client = createTestClient(nativeEngine(), { baseUri: server.uri(""), timeoutMs: TIMEOUT_MS });
    await client.put("/doomed", { payload: "0" });
    const codes: string[] = [];
    for await (const { code } of client.observe("/doomed")) {
      codes.push(code);
      if (codes.length === 1) await client.delete("/doomed");
    }
    expect(codes).toEqual(["2.05", "4.04"]);
    await client.close();
  });
});
