import fc from "fast-check";
import { expect, it } from "vitest";
import { deferred, settle } from "./support/fake-clock.js";
import { testApp } from "./support/test-app.js";

const LIMIT_MS = 100;

/** When a request comes in, how long its handler takes, and under which limit it stands. */
const visit = fc.record({
  atMs: fc.nat(150),
  takesMs: fc.oneof(fc.nat(250), fc.constantFrom(LIMIT_MS - 1, LIMIT_MS, LIMIT_MS + 1)),
  isShort: fc.boolean(),
});

it("answers each of many overlapping requests once: in time with its value, at its own limit with 5.03", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(visit, { minLength: 1, maxLength: 12 }), async (visits) => {
      const { app, clock } = await testApp({ handlerTimeoutMs: LIMIT_MS });
      const gates = visits.map(() => deferred<string>());
      app.route({ method: "GET", path: "/:n", handler: ({ params }) => gates[Number(params.n)]?.promise });
      app.route({
        method: "GET",
        path: "/:n/short",
        timeoutMs: 30,
        handler: ({ params }) => gates[Number(params.n)]?.promise,
      });
      await app.ready();
      const answers: (Promise<string> | undefined)[] = visits.map(() => undefined);
      const endedAtMs: number[] = [];
      for (let nowMs = 0; nowMs <= 450; nowMs++) {
        for (const [n, { atMs, takesMs, isShort }] of visits.entries()) {
          if (atMs + takesMs === nowMs) gates[n]?.resolve(`value ${n}`);
          if (atMs !== nowMs) continue;
          const reply = app.inject({ method: "GET", path: isShort ? `/${n}/short` : `/${n}` });
          answers[n] = reply.then(({ code, text }) => {
            endedAtMs[n] = clock.nowMs() - atMs;
            return text || code;
          });
        }
        await settle();
        clock.advance(1);
      }
      const limits = visits.map(({ isShort }) => (isShort ? 30 : LIMIT_MS));
      const isLate = visits.map(({ takesMs }, n) => takesMs >= (limits[n] as number));
      expect(await Promise.all(answers)).toEqual(visits.map((_, n) => (isLate[n] ? "5.03" : `value ${n}`)));
      expect(endedAtMs).toEqual(visits.map(({ takesMs }, n) => (isLate[n] ? limits[n] : takesMs)));
      const late = isLate.filter(Boolean).length;
      expect(app.counters).toMatchObject({ responses: visits.length, timeouts: late, lateResults: late, inFlight: 0 });
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 60 },
  );
});
