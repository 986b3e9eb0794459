/**
 * Runs a step and prints one line when it has succeeded.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} run a string that it returns is printed too; of a list, the length
 * @returns {Promise<T>}
 */
export async function step(title, run) {
  const startMs = performance.now();
  const result = await run();
  const tookS = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`✓ ${title}${noteOf(result)} (${tookS} s)`);
  return result;
}

/** @param {unknown} result */
function noteOf(result) {
  if (Array.isArray(result)) return `: ${result.length}`;
  return typeof result === "string" ? `: ${result}` : "";
}
