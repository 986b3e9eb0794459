import { expect } from "vitest";
import type { IncomingResponse } from "../../src/client/incoming-response.js";
import type { OutgoingRequest } from "../../src/client/outgoing-request.js";
import { Code } from "../../src/code/code.js";
import { Endpoint } from "../../src/endpoint/endpoint.js";
import type { EndpointLimits, EndpointOptions } from "../../src/endpoint/endpoint-options.js";
import { readUtf8 } from "../../src/option/utf8.js";
import type { CoapUri } from "../../src/uri/coap-uri.js";
import { parseCoapUri } from "../../src/uri/parse-coap-uri.js";
import { MemoryNetwork } from "./memory-network.js";
import { ScriptedPeer } from "./scripted-peer.js";
import { SeededRandom } from "./seeded-random.js";
import { VirtualClock } from "./virtual-clock.js";

/** Limits that keep an endpoint of a test small. */
export const SMALL: Partial<EndpointLimits> = {
  peers: 64,
  messageWindowBytes: 65_536,
  replyBytes: 1 << 17,
  safeReplyBytes: 1 << 17,
};

/** Longer than anything of an endpoint waits: EXCHANGE_LIFETIME. RFC 7252 §4.8.2. */
export const LONG_MS = 247_000;

/** A client endpoint, and a peer that answers as its test says. */
export interface ClientFixture {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly client: Endpoint;
  readonly peer: ScriptedPeer;
}

/** Opens an endpoint at 10.0.0.1 opposite of a scripted peer at 10.0.0.2. */
export async function openClient(options: Partial<EndpointOptions> = {}): Promise<ClientFixture> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock);
  const client = openEndpoint(network, "10.0.0.1", clock, options);
  await client.open();
  return { clock, network, client, peer: new ScriptedPeer(network, "10.0.0.2", "10.0.0.1:5683") };
}

/** An endpoint with a seeded random source. */
export function openEndpoint(
  network: MemoryNetwork,
  host: string,
  clock: VirtualClock,
  options: Partial<EndpointOptions> = {},
): Endpoint {
  const limits = { ...SMALL, ...options.limits };
  return new Endpoint({ transport: network.transport(host), clock, random: new SeededRandom(), ...options, limits });
}

/** URI of the scripted peer. */
export function uriOf(path = "/test", host = "10.0.0.2"): CoapUri {
  const uri = parseCoapUri(`coap://${host}${path}`);
  if (!uri.ok) throw new Error(uri.reason);
  return uri.value;
}

/** A GET of the scripted peer. */
export function get(settings: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return { uri: uriOf(), method: Code.GET, ...settings };
}

/** The first response; its error is taken by whoever awaits it later. */
export function first(endpoint: Endpoint, request: OutgoingRequest, signal?: AbortSignal): Promise<IncomingResponse> {
  const response = readOne(endpoint, request, signal);
  response.catch(() => undefined);
  return response;
}

async function readOne(endpoint: Endpoint, request: OutgoingRequest, signal?: AbortSignal): Promise<IncomingResponse> {
  const responses: IncomingResponse[] = [];
  for await (const response of endpoint.request(request, signal)) responses.push(response);
  expect(responses).toHaveLength(1);
  return responses[0] as IncomingResponse;
}

/** Payload as text. */
export function text({ payload }: IncomingResponse): string {
  return readUtf8(payload, 0, payload.length);
}

/** Fails unless nothing waits any more: no request, no message, no timer. */
export async function expectNoState({ clock, client }: Pick<ClientFixture, "clock" | "client">): Promise<void> {
  expect(client.counters).toMatchObject({
    pendingRequests: 0,
    observations: 0,
    unacknowledged: 0,
    queued: 0,
    pinnedPeers: 0,
  });
  await clock.advance(3_000); // the seconds of the message windows count on for a while
  expect(clock.pendingTimers).toBe(0);
}
