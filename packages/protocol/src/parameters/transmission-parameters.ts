import { CoapkitError } from "../errors/coapkit-error.js";

/** Protocol parameters that may be set; in the RFC's names, with units. RFC 7252 §4.8. */
export interface TransmissionSettings {
  /** Lower bound of the first wait for an ACK, in milliseconds. @defaultValue 2000 */
  readonly ackTimeoutMs?: number | undefined;
  /** Factor between the lower and the upper bound of that wait; at least 1. @defaultValue 1.5 */
  readonly ackRandomFactor?: number | undefined;
  /** How often a confirmable message is sent again. @defaultValue 4 */
  readonly maxRetransmit?: number | undefined;
  /** Confirmable messages that may await their ACK at a time, for each peer. RFC 7252 §4.7. @defaultValue 1 */
  readonly nstart?: number | undefined;
  /** Upper bound of the wait before an answer to a multicast request, in milliseconds. RFC 7252 §8.2. @defaultValue 5000 */
  readonly defaultLeisureMs?: number | undefined;
  /**
   * Bytes per second, on average, of NON requests to a peer that does not answer; 0 or `Infinity`: no limit. RFC 7252 §4.7.
   * @defaultValue 1
   */
  readonly probingRateBytesPerS?: number | undefined;
  /**
   * Least time between NON notifications to a client whose round-trip time is not known, in milliseconds; what comes
   * sooner is sent as CON. 0: no limit. RFC 7641 §4.5.1. @defaultValue 3000
   */
  readonly nonNotificationIntervalMs?: number | undefined;
}

/** Settings with what follows from them. RFC 7252 §4.8.2. Frozen. */
export interface TransmissionParameters extends Required<{ readonly [K in keyof TransmissionSettings]: number }> {
  /** MAX_TRANSMIT_SPAN: from the first to the last transmission of a message. @defaultValue 45000 */
  readonly maxTransmitSpanMs: number;
  /** MAX_TRANSMIT_WAIT: from the first transmission until the sender gives up. @defaultValue 93000 */
  readonly maxTransmitWaitMs: number;
  /** MAX_LATENCY: how long a datagram may take. @defaultValue 100000 */
  readonly maxLatencyMs: number;
  /** PROCESSING_DELAY: from the receipt of a confirmable message to its ACK. @defaultValue 2000 */
  readonly processingDelayMs: number;
  /** EXCHANGE_LIFETIME: how long a message ID stays taken after a CON. @defaultValue 247000 */
  readonly exchangeLifetimeMs: number;
  /** NON_LIFETIME: how long it stays taken after a NON. @defaultValue 145000 */
  readonly nonLifetimeMs: number;
}

/** MAX_LATENCY is a constant, not a setting. RFC 7252 §4.8.2. */
const MAX_LATENCY_MS = 100_000;

/** Transmission parameters were set to what the RFC does not allow. */
export class TransmissionParameterError extends CoapkitError {
  readonly code = "COAPKIT_ERR_TRANSMISSION_PARAMETER";
}

/** Completes settings with defaults and derived values. @throws TransmissionParameterError for a value out of range */
export function transmissionParameters(settings: TransmissionSettings = {}): TransmissionParameters {
  const ackTimeoutMs = inRange("ackTimeoutMs", settings.ackTimeoutMs ?? 2_000, 1, 600_000);
  const ackRandomFactor = inRange("ackRandomFactor", settings.ackRandomFactor ?? 1.5, 1, 10);
  const maxRetransmit = wholeInRange("maxRetransmit", settings.maxRetransmit ?? 4, 0, 20);
  const firstWaitMs = ackTimeoutMs * ackRandomFactor;
  const maxTransmitSpanMs = firstWaitMs * (2 ** maxRetransmit - 1);
  const processingDelayMs = ackTimeoutMs;
  return Object.freeze({
    ackTimeoutMs,
    ackRandomFactor,
    maxRetransmit,
    nstart: wholeInRange("nstart", settings.nstart ?? 1, 1, 65_535),
    defaultLeisureMs: inRange("defaultLeisureMs", settings.defaultLeisureMs ?? 5_000, 0, 600_000),
    probingRateBytesPerS: rateOf("probingRateBytesPerS", settings.probingRateBytesPerS ?? 1),
    nonNotificationIntervalMs: inRange(
      "nonNotificationIntervalMs",
      settings.nonNotificationIntervalMs ?? 3_000,
      0,
      600_000,
    ),
    maxTransmitSpanMs,
    maxTransmitWaitMs: firstWaitMs * (2 ** (maxRetransmit + 1) - 1),
    maxLatencyMs: MAX_LATENCY_MS,
    processingDelayMs,
    exchangeLifetimeMs: maxTransmitSpanMs + 2 * MAX_LATENCY_MS + processingDelayMs,
    nonLifetimeMs: maxTransmitSpanMs + MAX_LATENCY_MS,
  });
}

function inRange(name: string, value: number, min: number, max: number): number {
  if (Number.isFinite(value) && value >= min && value <= max) return value;
  throw new TransmissionParameterError(`${name} is ${value}; set it to a number from ${min} to ${max}.`);
}

function rateOf(name: string, value: number): number {
  return value === Number.POSITIVE_INFINITY ? value : inRange(name, value, 0, Number.MAX_SAFE_INTEGER);
}

function wholeInRange(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value)) return inRange(name, value, min, max);
  throw new TransmissionParameterError(`${name} is ${value}; set it to a whole number from ${min} to ${max}.`);
}
