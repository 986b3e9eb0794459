import assert from "node:assert/strict";

/** Number of resources by type: timers, sockets, workers. */
type ResourceCounts = ReadonlyMap<string, number>;

/** Counts what keeps the process alive at this moment. */
export function activeResources(): ResourceCounts {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

/**
 * Waits for resources to be given back, as closing a handle takes some turns of the event loop.
 * @throws AssertionError when there are still more than `before` after `deadlineMs` milliseconds
 */
export async function assertReleased(before: ResourceCounts, deadlineMs: number, after: string): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  let left = excess(before);
  while (left.length > 0 && performance.now() < endMs) {
    await new Promise((resolve) => setImmediate(resolve));
    left = excess(before);
  }
  const message = `The contract wants nothing left open after ${after}; still there: ${left.join(", ")}.`;
  assert.equal(left.length, 0, `${message} Release it in host.onClose().`);
}

function excess(before: ResourceCounts): string[] {
  const more: string[] = [];
  for (const [type, count] of activeResources()) {
    // The wait itself runs on immediates.
    if (type !== "Immediate" && count > (before.get(type) ?? 0))
      more.push(`${count - (before.get(type) ?? 0)} ${type}`);
  }
  return more;
}
