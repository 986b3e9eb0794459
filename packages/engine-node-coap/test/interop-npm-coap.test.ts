import { once } from "node:events";
import { Agent, type CoapRequestParams, type IncomingMessage, type ObserveReadStream } from "coap";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Rig, startRig, textResponse } from "./rig.js";

let agent: Agent;

beforeEach(() => {
  agent = new Agent({ type: "udp4" });
});

afterEach(() => {
  agent.close();
});

async function ask(rig: Rig, params: CoapRequestParams, payload?: string): Promise<IncomingMessage> {
  const request = agent.request({ hostname: "127.0.0.1", port: rig.address.port, ...params });
  if (payload !== undefined && payload.length > 1024) request.setOption("Block1", Buffer.of(6));
  const answered = once(request, "response");
  request.end(payload);
  return (await answered)[0] as IncomingMessage;
}

describe("npm coap's client", () => {
  it("gets, with its own names for options", async () => {
    await using rig = await startRig({
      handler: (exchange) => exchange.respond(textResponse("hi", [{ number: 14, value: 30 }])),
    });
    const response = await ask(rig, { pathname: "/a" });
    expect(response).toMatchObject({ code: "2.05", headers: { "Content-Format": "text/plain", "Max-Age": 30 } });
    expect(response.payload.toString()).toBe("hi");
  });

  it("uploads and downloads 5 KB", async () => {
    const body = "0123456789".repeat(512);
    await using rig = await startRig({
      handler: (exchange) => exchange.respond(textResponse(exchange.request.payload)),
    });
    const response = await ask(rig, { method: "PUT", pathname: "/a" }, body);
    expect(response.payload.toString()).toBe(body);
  });

  it("observes and deregisters", async () => {
    await using rig = await startRig();
    const answered = ask(rig, { pathname: "/a", observe: true });
    const exchange = await rig.nextExchange();
    exchange.notify(textResponse("one"));
    const stream = (await answered) as ObserveReadStream;
    const seen: string[] = [];
    stream.on("data", (chunk: Buffer) => {
      seen.push(chunk.toString());
      if (seen.length === 1) exchange.notify(textResponse("two"));
      else stream.close(true);
    });
    await new Promise<void>((resolve) => exchange.onInterestLost(() => resolve()));
    (await rig.nextExchange()).respond(textResponse("bye"));
    expect(seen).toEqual(["one", "two"]);
  });
});
