/**
 * Runs a step and prints one line when it has succeeded.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} run
 * @param {(result: T) => string} [note] what to say of the result
 * @returns {Promise<T>}
 */
export async function step(title, run, note = () => "") {
  const startMs = performance.now();
  const result = await run();
  const tookS = ((performance.now() - startMs) / 1000).toFixed(1);
  const text = note(result);
  console.log(`✓ ${title}${text === "" ? "" : `: ${text}`} (${tookS} s)`);
  return result;
}
