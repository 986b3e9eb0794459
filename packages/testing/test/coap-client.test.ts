import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { coapClient } from "../src/libcoap/coap-client.js";
import { type LibcoapServer, startLibcoapServer } from "./libcoap-server.js";

describe("coapClient against libcoap's server", () => {
  let server: LibcoapServer;
  beforeAll(async () => {
    server = await startLibcoapServer();
  });
  afterAll(() => server.stop());

  it("gives code, text and options of a success", async () => {
    const reply = await coapClient([`${server.uri}/.well-known/core`]);
    expect(reply.code).toBe("2.05");
    expect(reply.text).toContain('</time>;if="clock"');
    expect(reply.option("Content-Format")).toBe("application/link-format");
    expect(reply.option("Location-Path")).toBeUndefined();
    expect(reply.messages.map(({ type, code }) => `${type} ${code}`)).toEqual(["CON GET", "ACK 2.05"]);
  });

  it("gives code and diagnostic text of an error", async () => {
    const reply = await coapClient([`${server.uri}/nowhere`]);
    expect([reply.code, reply.text, reply.payload.length]).toEqual(["4.04", "Not Found", 0]);
  });

  it("carries bytes unharmed in both directions", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const stored = await coapClient(["-m", "put", "-f", "-", "-t", "42", `${server.uri}/bytes`], { stdin: bytes });
    expect([stored.code, stored.payload.length, stored.text]).toEqual(["2.01", 0, ""]);
    const read = await coapClient(["-b", "16", `${server.uri}/bytes`]);
    expect(new Uint8Array(read.payload)).toEqual(bytes);
    expect(read.messages.filter(({ code }) => code === "2.05")).toHaveLength(16);
  });

  it("needs no quoting: a shell's special characters reach the server", async () => {
    const text = "$(touch /tmp/x); `id` | 'a' \"b\"";
    await coapClient(["-m", "put", "-e", text, `${server.uri}/quoted`]);
    expect((await coapClient([`${server.uri}/quoted`])).text).toBe(text);
  });

  it("has no code where no response came before libcoap gave up", async () => {
    const reply = await coapClient(["-B", "1", "-O", "2049,critical-and-unknown", `${server.uri}/`]);
    expect([reply.code, reply.text, reply.options]).toEqual([undefined, "", []]);
  });

  it("kills the program when its time is up", async () => {
    const run = coapClient(["-N", "-O", "2049,x", `${server.uri}/`], { timeoutMs: 200 });
    await expect(run).rejects.toMatchObject({
      code: "COAPKIT_ERR_COAP_CLIENT_TIMEOUT",
      message: expect.stringContaining("did not end within 200 ms"),
    });
  });

  it("ends with the reason of an aborted signal", async () => {
    const reason = new Error("enough");
    await expect(coapClient([server.uri], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const abort = new AbortController();
    const run = coapClient(["-O", "2049,x", `${server.uri}/`], { signal: abort.signal });
    abort.abort(reason);
    await expect(run).rejects.toBe(reason);
  });
});

describe("coapClient without a server", () => {
  it("says what to install when the program is missing", async () => {
    await expect(coapClient(["coap://127.0.0.1"], { program: "coap-client-nowhere" })).rejects.toMatchObject({
      code: "COAPKIT_ERR_COAP_CLIENT_MISSING",
      message: expect.stringContaining("install libcoap3-bin"),
    });
  });

  it("passes on why the program refused its arguments", async () => {
    await expect(coapClient(["not-a-uri"])).rejects.toMatchObject({
      code: "COAPKIT_ERR_COAP_CLIENT_FAILED",
      message: expect.stringContaining("invalid CoAP URI"),
    });
  });
});
