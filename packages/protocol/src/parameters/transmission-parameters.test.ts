import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCoapkitError } from "../errors/coapkit-error.js";
import { type TransmissionSettings, transmissionParameters } from "./transmission-parameters.js";

describe("transmissionParameters", () => {
  it("has the defaults and derived values of RFC 7252 §4.8, Tables 2 and 3", () => {
    expect(transmissionParameters()).toEqual({
      ackTimeoutMs: 2_000,
      ackRandomFactor: 1.5,
      maxRetransmit: 4,
      nstart: 1,
      defaultLeisureMs: 5_000,
      probingRateBytesPerS: 1,
      nonNotificationIntervalMs: 3_000,
      maxTransmitSpanMs: 45_000,
      maxTransmitWaitMs: 93_000,
      maxLatencyMs: 100_000,
      processingDelayMs: 2_000,
      exchangeLifetimeMs: 247_000,
      nonLifetimeMs: 145_000,
    });
  });

  it("derives from what is set", () => {
    const parameters = transmissionParameters({ ackTimeoutMs: 1_000, ackRandomFactor: 2, maxRetransmit: 2 });
    expect(parameters).toMatchObject({
      maxTransmitSpanMs: 6_000, // 1 s * (2^2 - 1) * 2
      maxTransmitWaitMs: 14_000, // 1 s * (2^3 - 1) * 2
      processingDelayMs: 1_000,
      exchangeLifetimeMs: 6_000 + 200_000 + 1_000,
      nonLifetimeMs: 106_000,
    });
  });

  it("sends once and waits one time-out where nothing is sent again", () => {
    const parameters = transmissionParameters({ maxRetransmit: 0, ackRandomFactor: 1 });
    expect(parameters).toMatchObject({ maxTransmitSpanMs: 0, maxTransmitWaitMs: 2_000, nonLifetimeMs: 100_000 });
  });

  it("keeps the relations between the derived values", () => {
    const settings = fc.record({
      ackTimeoutMs: fc.integer({ min: 1, max: 600_000 }),
      ackRandomFactor: fc.double({ min: 1, max: 10, noNaN: true }),
      maxRetransmit: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(settings, (set) => {
        const derived = transmissionParameters(set);
        const lastWaitMs = set.ackTimeoutMs * set.ackRandomFactor * 2 ** set.maxRetransmit;
        expect(derived.maxTransmitWaitMs - derived.maxTransmitSpanMs).toBeCloseTo(lastWaitMs, 2);
        expect(derived.exchangeLifetimeMs - derived.nonLifetimeMs).toBeCloseTo(100_000 + set.ackTimeoutMs, 2);
      }),
    );
  });

  it("is frozen, and takes undefined for a default", () => {
    const parameters = transmissionParameters({ nstart: undefined });
    expect(parameters.nstart).toBe(1);
    expect(Object.isFrozen(parameters)).toBe(true);
  });

  const refused: readonly (readonly [keyof TransmissionSettings, number])[] = [
    ["ackTimeoutMs", 0],
    ["ackTimeoutMs", Number.NaN],
    ["ackTimeoutMs", Number.POSITIVE_INFINITY],
    ["ackRandomFactor", 0.99],
    ["maxRetransmit", -1],
    ["maxRetransmit", 21],
    ["maxRetransmit", 1.5],
    ["nstart", 0],
    ["nstart", 2.5],
    ["defaultLeisureMs", -1],
    ["probingRateBytesPerS", -1],
  ];

  it.each(refused)("refuses %s %d by its name", (name, value) => {
    const act = () => transmissionParameters({ [name]: value });
    expect(act).toThrow(expect.toSatisfy((e) => isCoapkitError(e, "COAPKIT_ERR_TRANSMISSION_PARAMETER")));
    expect(act).toThrow(`${name} is ${value}; `);
  });
});
