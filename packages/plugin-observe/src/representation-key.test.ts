import type { Peer, Request, RoutePlan } from "@coapkit/core";
import { Method, type OptionEntry, OptionNumber, OptionsView } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { representationKey } from "./representation-key.js";

const GET = { method: "GET" } as RoutePlan;
const FETCH = { method: "FETCH" } as RoutePlan;
const PEER: Peer = { key: "a", scheme: "coap", address: "192.0.2.1", port: 1 };
const OTHER: Peer = { ...PEER, key: "b", port: 2 };
const QUERY: OptionEntry = { number: OptionNumber.UriQuery, value: "unit=C" };

function request(options: readonly OptionEntry[] = [], parts: Partial<Request> = {}): Request {
  const head = { method: Method.GET, confirmable: true, messageId: 1, token: Uint8Array.of(1), peer: PEER };
  return { ...head, payload: new Uint8Array(0), ...parts, options: OptionsView.of([QUERY, ...options]) };
}

const keyOf = (options?: readonly OptionEntry[], parts?: Partial<Request>, perClient = false): string =>
  representationKey(GET, request(options, parts), perClient);

describe("the key of a representation", () => {
  it.each([
    ["Observe", OptionNumber.Observe, 0],
    ["the block size wanted", OptionNumber.Block2, 2],
    ["what of an upload came last", OptionNumber.Block1, 2],
    ["No-Response", OptionNumber.NoResponse, 2],
    ["Size1, which is no part of the cache key", OptionNumber.Size1, 10],
    ["Echo, which is none either", 252, Uint8Array.of(1)],
  ])("is the same whatever is said of %s", (_, number, value) => {
    expect(keyOf([{ number, value }])).toBe(keyOf());
  });

  it("is the same for every client, token and message", () => {
    const parts = { peer: OTHER, token: Uint8Array.of(2), messageId: 2, confirmable: false };
    expect(keyOf([], parts)).toBe(keyOf());
  });

  it.each<[string, readonly OptionEntry[]]>([
    ["Accept", [{ number: OptionNumber.Accept, value: 60 }]],
    ["query", [{ number: OptionNumber.UriQuery, value: "limit=1" }]],
    ["host", [{ number: OptionNumber.UriHost, value: "example.org" }]],
    ["entity-tag", [{ number: OptionNumber.ETag, value: Uint8Array.of(1) }]],
    ["condition of a write", [{ number: OptionNumber.IfMatch, value: Uint8Array.of(1) }]],
    ["option that nobody knows", [{ number: 65_000, value: Uint8Array.of(1) }]],
  ])("is another one for another %s", (_, options) => {
    expect(keyOf(options)).not.toBe(keyOf());
  });

  it("tells where one value ends and the next begins", () => {
    const items = (...values: readonly string[]) => values.map((value) => ({ number: OptionNumber.UriQuery, value }));
    expect(new Set([items("ab", "c"), items("a", "bc"), items("abc")].map((options) => keyOf(options))).size).toBe(3);
  });

  it("is another one for another payload and method", () => {
    const payload = Uint8Array.of(1);
    expect(representationKey(FETCH, request(), false)).not.toBe(keyOf());
    expect(representationKey(FETCH, request([], { payload }), false)).not.toBe(
      representationKey(FETCH, request(), false),
    );
  });

  it("is each client's own where the route says so", () => {
    expect(keyOf([], { peer: OTHER }, true)).not.toBe(keyOf([], {}, true));
    expect(keyOf([], { token: Uint8Array.of(2) }, true)).toBe(keyOf([], {}, true));
  });
});
