import { isResponseCode, Method, parseCode } from "@coapkit/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { InjectedReply, InjectRequest, MethodName } from "../src/index.js";
import { json, reversed } from "./support/formats.js";
import { testApp } from "./support/test-app.js";

const optionNumber = fc.oneof(
  fc.constantFrom(1, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 17, 23, 27, 35, 39, 60, 258),
  fc.nat(65_535),
);
const bytes = fc.uint8Array({ maxLength: 300 });
const text = fc
  .constantFrom("a", "b", "..", "", "__proto__", "n=1", "%")
  .map((value) => new TextEncoder().encode(value));
const request: fc.Arbitrary<InjectRequest> = fc.record({
  method: fc.constantFrom(...(Object.keys(Method) as MethodName[])),
  path: fc.constantFrom("/", "/a", "/a/b", "/a/b/c", "/.well-known/core", "/a?n=1"),
  options: fc.array(fc.record({ number: optionNumber, value: fc.oneof(bytes, text) }), { maxLength: 4 }),
  payload: fc.oneof(bytes, fc.constantFrom("{}", '{"n":1}', "null", "text")),
  confirmable: fc.boolean(),
});

async function fixture() {
  const { app, log } = await testApp({ plugins: [json(), reversed()], problemDetails: "accepted" });
  const n = z.object({ n: z.coerce.number() });
  app.route({ method: "GET", path: "/a", version: () => "v1", handler: ({ query }) => query });
  app.route({
    method: "PUT",
    path: "/a",
    payload: n,
    version: async () => true as const,
    handler: ({ payload }) => payload,
  });
  app.route({ method: "FETCH", path: "/:x", query: n, handler: async ({ query }) => query.n });
  app.route({ method: "POST", path: "/a/:x", consumes: [0, 42, 50], payload: true, handler: ({ payload }) => payload });
  app.route({ method: "GET", path: "/*rest", produces: [0, 50], handler: ({ params }) => params.rest });
  return { app, log };
}

describe("any request", () => {
  it("gets one answer with a response code, or silence as a NON, and never shows a bug", async () => {
    const { app, log } = await fixture();
    await fc.assert(
      fc.asyncProperty(request, async (asked) => {
        const outcome = await app.inject(asked).catch((error: unknown) => error as Error);
        if (outcome instanceof Error) {
          expect([outcome.name, asked.confirmable]).toEqual(["TimeoutError", false]);
          return;
        }
        const reply = outcome as InjectedReply;
        expect(isResponseCode(parseCode(reply.code) as number)).toBe(true);
        expect(log.errors).toEqual([]);
        if (reply.code === "2.03") expect(reply.payload).toHaveLength(0);
      }),
      { numRuns: 3_000 },
    );
    const { requests, responses, dropped, inFlight } = app.counters as NonNullable<typeof app.counters>;
    expect([responses + dropped, inFlight]).toEqual([requests, 0]);
  });
});
