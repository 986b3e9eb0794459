import assert from "node:assert/strict";

/** Deepest value that code after a decoder may be given; the framework's own limit is 64 by default. */
const MAX_DEPTH = 1_000;

interface Visit {
  readonly value: unknown;
  readonly depth: number;
}

/**
 * Checks that nothing in a decoded value can hurt who reads it.
 * @throws AssertionError for a prototype that came with the payload, or for nesting that overflows the stack of a reader
 */
export function assertHarmless(value: unknown, what: string): void {
  const seen = new Set<object>();
  const toVisit: Visit[] = [{ value, depth: 0 }];
  for (let visit = toVisit.pop(); visit !== undefined; visit = toVisit.pop()) {
    if (typeof visit.value !== "object" || visit.value === null || seen.has(visit.value)) continue;
    seen.add(visit.value);
    assertOwnPrototype(visit.value, what);
    assert.ok(
      visit.depth <= MAX_DEPTH,
      `The contract wants decode to refuse ${what}; it gave a value of more than ${MAX_DEPTH} levels.`,
    );
    for (const child of childrenOf(visit.value)) toVisit.push({ value: child, depth: visit.depth + 1 });
  }
}

function childrenOf(value: object): Iterable<unknown> {
  if (ArrayBuffer.isView(value)) return [];
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  return value instanceof Set ? value : Object.values(value);
}

/** A prototype that is a class has a constructor; one that came as a value in the payload has none of its own. */
function assertOwnPrototype(value: object, what: string): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return;
  const owner: unknown = Reflect.getOwnPropertyDescriptor(prototype as object, "constructor")?.value;
  assert.ok(
    typeof owner === "function" && owner.prototype === prototype,
    `The contract wants decode to keep ${what} away from prototypes; the payload chose the prototype of a value.`,
  );
}
