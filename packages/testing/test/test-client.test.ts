import { type ClientRequest, type ClientResponse, capabilities, type Engine, type EngineHost } from "@coapkit/core";
import { ClosedError, Code, Method, type OptionEntry, OptionNumber, OptionsView } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { createTestClient, type TestClient } from "../src/client/test-client.js";

type Respond = (request: ClientRequest, signal: AbortSignal | undefined) => AsyncIterable<ClientResponse>;

/** An engine whose network is a function, with the requests that it was given. */
class ScriptedEngine implements Engine {
  readonly name = "scripted";
  readonly capabilities = capabilities();
  readonly counters = {};
  readonly requests: ClientRequest[] = [];
  readonly #respond: Respond;
  closedAfterMs: number | undefined;

  constructor(respond: Respond) {
    this.#respond = respond;
  }

  listen(): Promise<never> {
    return Promise.reject(new ClosedError("It only sends."));
  }

  request(request: ClientRequest, signal?: AbortSignal): AsyncIterable<ClientResponse> {
    this.requests.push(request);
    return this.#respond(request, signal);
  }

  async close(deadlineMs: number): Promise<void> {
    this.closedAfterMs = deadlineMs;
  }
}

const utf8 = (text: string) => new TextEncoder().encode(text);

function response(code: number, payload = "", options: readonly OptionEntry[] = []): ClientResponse {
  return { code, payload: utf8(payload), options: OptionsView.of(options) };
}

const answering = (...responses: readonly ClientResponse[]): Respond =>
  async function* () {
    yield* responses;
  };

const silent: Respond = async function* (_, signal) {
  yield await new Promise<never>((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(new ClosedError("The engine gave up.")));
  });
};

function clientOf(respond: Respond): { client: TestClient; engine: ScriptedEngine } {
  const engine = new ScriptedEngine(respond);
  return { engine, client: createTestClient(engine, { baseUri: "coap://127.0.0.1:15683/", timeoutMs: 20 }) };
}

describe("createTestClient", () => {
  it("gives code text, payload and options of the response", async () => {
    const options = [
      { number: OptionNumber.ContentFormat, value: 50 },
      { number: OptionNumber.ETag, value: Uint8Array.of(0xab, 0x01) },
      { number: OptionNumber.LocationPath, value: "rooms" },
      { number: OptionNumber.LocationPath, value: "7" },
      { number: OptionNumber.LocationQuery, value: "x=1" },
    ];
    const { client } = clientOf(answering(response(Code.Content, '{"celsius":21.5}', options)));
    const reply = await client.get("/sensors/1");
    expect([reply.code, reply.text, reply.json()]).toEqual(["2.05", '{"celsius":21.5}', { celsius: 21.5 }]);
    expect([reply.contentFormat, reply.etag, reply.location]).toEqual([50, "ab01", "/rooms/7?x=1"]);
    expect(reply.payload).toEqual(utf8('{"celsius":21.5}'));
  });

  it("gives nothing where options are missing, and says what is not JSON", async () => {
    const { client } = clientOf(answering(response(Code.NotFound, "no such sensor")));
    const reply = await client.get("/sensors/1");
    expect([reply.contentFormat, reply.etag, reply.location]).toEqual([undefined, undefined, undefined]);
    expect(() => reply.json()).toThrow("The payload of this 4.04 is not JSON: no such sensor");
  });

  it("keeps bytes that the engine uses again", async () => {
    const bytes = utf8("first");
    const { client } = clientOf(answering({ code: Code.Content, payload: bytes, options: OptionsView.EMPTY }));
    const reply = await client.get("/");
    bytes.fill(0);
    expect(reply.text).toBe("first");
  });

  it("sends each method to the path after its base URI", async () => {
    const { client, engine } = clientOf(answering(response(Code.Changed)));
    const { get, post, put, delete: remove, fetch, patch, ipatch } = client;
    for (const send of [get, post, put, remove, fetch, patch, ipatch]) await send.call(client, "/a%20b?c=d");
    expect(engine.requests.map(({ method }) => method)).toEqual(Object.values(Method));
    expect(engine.requests[0]?.uri).toMatchObject({ host: "127.0.0.1", port: 15683, path: ["a b"], query: ["c=d"] });
  });

  it("sends payload, content formats and other options", async () => {
    const { client, engine } = clientOf(answering(response(Code.Changed)));
    const options = [{ number: OptionNumber.IfNoneMatch, value: "" }];
    await client.put("/a", { payload: "x", contentFormat: 0, accept: 60, options, confirmable: false });
    await client.post("coap://[::1]/b", { json: { on: true } });
    expect(engine.requests).toMatchObject([
      {
        payload: "x",
        confirmable: false,
        options: [
          { number: OptionNumber.IfNoneMatch, value: "" },
          { number: OptionNumber.ContentFormat, value: 0 },
          { number: OptionNumber.Accept, value: 60 },
        ],
      },
      { payload: '{"on":true}', options: [{ number: OptionNumber.ContentFormat, value: 50 }], uri: { host: "::1" } },
    ]);
  });

  it("refuses what is no CoAP URI", async () => {
    const { client } = clientOf(answering());
    await expect(client.get("http://127.0.0.1/")).rejects.toThrow('"http://127.0.0.1/" is not a CoAP URI');
  });

  it("gives up after its time", async () => {
    const { client } = clientOf(silent);
    await expect(client.get("/slow")).rejects.toMatchObject({
      code: "COAPKIT_ERR_TIMEOUT",
      message: "No response to GET /slow within 20 ms; is the server up?",
    });
  });

  it("passes on an abort and what the engine throws", async () => {
    const { client } = clientOf(silent);
    const abort = new AbortController();
    const request = client.get("/slow", { signal: abort.signal, timeoutMs: 60_000 });
    abort.abort();
    await expect(request).rejects.toMatchObject({ code: "COAPKIT_ERR_CLOSED" });
  });

  it("says so where the engine ends without a response", async () => {
    await expect(clientOf(answering()).client.get("/")).rejects.toThrow("gave up without a response");
  });

  it("observes until the loop is left", async () => {
    let isEnded = false;
    const { client, engine } = clientOf(async function* () {
      try {
        for (let i = 1; ; i++) yield response(Code.Content, String(i));
      } finally {
        isEnded = true;
      }
    });
    const seen: string[] = [];
    for await (const { text } of client.observe("/clock")) {
      seen.push(text);
      if (seen.length === 3) break;
    }
    expect([seen, isEnded, engine.requests[0]?.observe]).toEqual([["1", "2", "3"], true, true]);
  });

  it("closes the engine that it made itself, and no other", async () => {
    const { client, engine } = clientOf(answering());
    await client.close();
    expect(engine.closedAfterMs).toBeUndefined();
    const hosts: EngineHost[] = [];
    const own = createTestClient((host) => {
      hosts.push(host);
      return engine;
    });
    await own.close();
    expect(engine.closedAfterMs).toBe(0);
    expect(hosts[0]?.options.get(OptionNumber.UriPath)?.name).toBe("Uri-Path");
  });
});
