import { once } from "node:events";
import { Agent, type CoapRequestParams, type IncomingMessage, type ObserveReadStream } from "coap";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AppServer, startAppServer } from "../support/app-server.js";
import { LARGE, textBody } from "../support/body.js";
import { type ObservedServer, startObservedServer } from "../support/engine-server.js";
import { until } from "../support/until.js";

let agent: Agent;

beforeEach(() => {
  agent = new Agent({ type: "udp4" });
});

afterEach(() => {
  agent.close();
});

async function ask(port: number, params: CoapRequestParams, payload = ""): Promise<IncomingMessage> {
  const request = agent.request({ hostname: "127.0.0.1", port, ...params });
  if (payload !== "") request.setOption("Content-Format", "text/plain");
  if (payload.length > 1024) request.setOption("Block1", Buffer.of(6));
  const answered = once(request, "response");
  request.end(payload);
  return (await answered)[0] as IncomingMessage;
}

describe("npm coap's client and an app on the native engine", () => {
  let server: AppServer;

  beforeAll(async () => {
    server = await startAppServer();
  });

  afterAll(() => server[Symbol.asyncDispose]());

  const text = async (params: CoapRequestParams, payload?: string) => {
    const response = await ask(server.port, params, payload);
    return [response.code, response.payload.toString()];
  };

  it.each([true, false])("gets, confirmable: %s", async (confirmable) => {
    expect(await text({ pathname: "/plain", confirmable })).toEqual(["2.05", "hello"]);
  });

  it.each([true, false])("takes a separate response, confirmable: %s", async (confirmable) => {
    expect(await text({ pathname: "/slow", confirmable })).toEqual(["2.05", "late"]);
  });

  it("downloads 100 KB", async () => {
    expect(await text({ pathname: "/large" })).toEqual(["2.05", textBody(LARGE)]);
  });

  it("uploads 100 KB", async () => {
    expect(await text({ pathname: "/sink", method: "PUT" }, textBody(LARGE))).toEqual(["2.04", `${LARGE}`]);
  });

  it("carries 100 KB both ways in one exchange", async () => {
    expect(await text({ pathname: "/echo", method: "POST" }, textBody(LARGE))).toEqual(["2.04", textBody(LARGE)]);
  });

  it("is told errors with their diagnostic text", async () => {
    expect(await text({ pathname: "/rooms/7" })).toEqual(["4.04", "no such room"]);
    expect((await text({ pathname: "/plain", method: "DELETE" }))[0]).toBe("4.05");
  });
});

describe("npm coap's client as observer of the native engine", () => {
  // stream.close(true) would deregister over a socket that an idle Agent has closed: the test names the token instead.
  const observation = { pathname: "/state", token: Buffer.of(1, 2, 3, 4) };

  it("sees notifications in order, and deregisters", async () => {
    await using server = await startObservedServer("0");
    const stream = (await ask(server.port, { ...observation, observe: true })) as ObserveReadStream;
    const seen: string[] = [];
    stream.on("data", (chunk) => {
      seen.push(String(chunk));
      if (seen.length < 4) server.change(String(seen.length));
    });
    await until(() => seen.length === 4, "Four notifications");
    expect(seen).toEqual(["0", "1", "2", "3"]);
    await ask(server.port, { ...observation, observe: 1 });
    expect(server.observers).toBe(0);
  });

  it("sees the first representation of several blocks whole, and goes on", async () => {
    // Later ones of several blocks it takes for old: it compares the Observe number of block 0 with that of the blocks
    // that it fetches itself, which carry none (RFC 7959 §2.6, §3.4). Those of one block come through again.
    await using server = await startObservedServer(textBody(5_000, 1));
    const stream = (await ask(server.port, { ...observation, observe: true })) as ObserveReadStream;
    const seen: string[] = [];
    stream.on("data", (chunk) => seen.push(String(chunk)));
    await until(() => seen.length === 1, "The first representation");
    const before = requestsOf(server);
    server.change(textBody(5_000, 2));
    await until(() => requestsOf(server) === before + 4, "The rest of the second representation");
    server.change("small");
    await until(() => seen.at(-1) === "small", "A representation of one block");
    expect(seen[0]).toBe(textBody(5_000, 1));
  });
});

function requestsOf({ engine }: ObservedServer): number {
  return engine.counters.requests ?? 0;
}
