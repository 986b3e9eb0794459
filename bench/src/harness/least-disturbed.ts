/** Above this share of one processor, what else runs on the machine spoils a measurement. */
export const DISTURBED_SHARE = 0.1;

/**
 * Takes a measurement again as long as other processes disturbed it.
 * @param repeats how often at most
 * @returns the first undisturbed one, else the least disturbed
 */
export async function leastDisturbed<T extends { readonly othersCpuShare: number }>(
  repeats: number,
  take: () => Promise<T>,
): Promise<T> {
  let best = await take();
  for (let repeat = 0; repeat < repeats && best.othersCpuShare > DISTURBED_SHARE; repeat++) {
    const next = await take();
    if (next.othersCpuShare < best.othersCpuShare) best = next;
  }
  return best;
}
