/** How a network treats datagrams; probabilities are from 0 to 1, and 0 is the default where no other is given. */
export interface NetworkConditions {
  /** Probability that a datagram never arrives. */
  readonly loss: number;
  /** Probability that it arrives twice, the second time with a delay of its own. */
  readonly duplication: number;
  /** Probability that it is held back, so that later ones overtake it. */
  readonly reordering: number;
  /** Milliseconds for which it is held back then. @defaultValue 50 */
  readonly heldBackMs: number;
  /** Time in milliseconds that each datagram takes at least. */
  readonly latencyMs: number;
  /** Milliseconds that it may take in addition, evenly distributed; this alone reorders too. */
  readonly jitterMs: number;
  /** Bytes of the largest datagram that is carried. @defaultValue 65507 */
  readonly mtuBytes: number;
}

/** A network on which everything arrives, in order and at once. */
export const PERFECT: NetworkConditions = Object.freeze({
  loss: 0,
  duplication: 0,
  reordering: 0,
  heldBackMs: 50,
  latencyMs: 0,
  jitterMs: 0,
  mtuBytes: 65_507,
});

/** Conditions with some of them changed. @throws RangeError for a probability above 1, or anything below 0 */
export function withConditions(before: NetworkConditions, changes: Partial<NetworkConditions>): NetworkConditions {
  const conditions = { ...before, ...changes };
  for (const name of ["loss", "duplication", "reordering"] as const) check(name, conditions[name], 1);
  for (const name of ["heldBackMs", "latencyMs", "jitterMs", "mtuBytes"] as const)
    check(name, conditions[name], Number.MAX_VALUE);
  return conditions;
}

function check(name: string, value: number, max: number): void {
  if (!(value >= 0 && value <= max)) throw new RangeError(`${name} is ${value}; set it to a number from 0 to ${max}.`);
}
