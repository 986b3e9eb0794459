const DEADLINE_MS = 20_000;

/** Lets the event loop turn until a condition holds. @throws Error when it takes too long */
export async function until(isReached: () => boolean, what: string): Promise<void> {
  const endMs = performance.now() + DEADLINE_MS;
  while (!isReached()) {
    if (performance.now() > endMs) throw new Error(`${what} took longer than ${DEADLINE_MS} ms.`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
