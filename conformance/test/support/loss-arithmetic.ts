/** MAX_RETRANSMIT and the first transmission. RFC 7252 §4.8. */
const TRANSMISSIONS = 5;
/** Standard deviations beyond the mean that a count may be; a run of good faith passes 30,000 times in 30,001. */
const MARGIN_SIGMAS = 4;

/** Probability that neither of a CON's transmissions was both received and acknowledged. RFC 7252 §4.2 */
export function confirmableLost(loss: number): number {
  return (1 - (1 - loss) ** 2) ** TRANSMISSIONS;
}

/** The same of an exchange with a separate response: its request or all transmissions of the response. RFC 7252 §5.2.2 */
export function separateLost(loss: number): number {
  return confirmableLost(loss) + loss ** TRANSMISSIONS;
}

/** Probability that at least one of some exchanges is lost. */
export function anyLost(probability: number, exchanges: number): number {
  return 1 - (1 - probability) ** exchanges;
}

/** Counts between which a number of independent losses must lie. */
export function lossBounds(probability: number, count: number): { readonly least: number; readonly most: number } {
  const mean = probability * count;
  const margin = MARGIN_SIGMAS * Math.sqrt(mean * (1 - probability));
  return { least: Math.max(0, Math.floor(mean - margin)), most: Math.ceil(mean + margin) };
}
