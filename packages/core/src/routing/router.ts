import type { PathPattern, PatternSegment } from "./path-pattern.js";
import type { RequestHead } from "./request-head.js";
import { hashSegment } from "./segment-hash.js";

/** One segment of the tree of patterns. */
class Node<T> {
  /** By hash of the segment; segments with equal hashes share a list. */
  readonly statics = new Map<number, StaticChild<T>[]>();
  param: Node<T> | undefined;
  wildcard: Node<T> | undefined;
  /** By method code. */
  readonly values: (T | undefined)[] = [];
}

interface StaticChild<T> {
  readonly bytes: Uint8Array;
  readonly node: Node<T>;
}

/**
 * Finds the route of a path and method. Segment by segment from the left a static one beats a `:name`, and that beats a
 * last `*name`; where the better branch has no route for the method, the next is tried. The cost depends on the depth
 * of the path, not on the number of routes.
 */
export class Router<T> {
  readonly #root = new Node<T>();
  /** Positions of the segments that the last match's parameters stand for; a wildcard's is its first segment. */
  readonly captures: number[] = [];
  /** How many of them the last match has set. */
  captureCount = 0;
  /** Whether the last `match` met the path under any method: 4.05 rather than 4.04. */
  pathExists = false;

  /** Files a value. @returns the value that has its place already, or `undefined` once it is filed */
  add(method: number, pattern: PathPattern, value: T): T | undefined {
    let node = this.#root;
    for (const segment of pattern.segments) node = childFor(node, segment);
    const before = node.values[method];
    if (before === undefined) node.values[method] = value;
    return before;
  }

  /** The value for a method code and the path at hand, or `undefined`; then `captures` and `pathExists` tell the rest. */
  match(method: number, head: RequestHead): T | undefined {
    this.pathExists = false;
    this.captureCount = 0;
    return this.#descend(this.#root, 0, method, head);
  }

  #descend(node: Node<T>, depth: number, method: number, head: RequestHead): T | undefined {
    if (depth === head.segmentCount) return this.#valueOf(node, method);
    const next = findStatic(node, depth, head);
    if (next !== undefined) {
      const found = this.#descend(next, depth + 1, method, head);
      if (found !== undefined) return found;
    }
    if (node.param !== undefined) {
      this.captures[this.captureCount++] = depth;
      const found = this.#descend(node.param, depth + 1, method, head);
      if (found !== undefined) return found;
      this.captureCount--;
    }
    if (node.wildcard === undefined) return undefined;
    this.captures[this.captureCount++] = depth;
    const found = this.#valueOf(node.wildcard, method);
    if (found === undefined) this.captureCount--;
    return found;
  }

  #valueOf(node: Node<T>, method: number): T | undefined {
    if (node.values.length > 0) this.pathExists = true;
    return node.values[method];
  }
}

function findStatic<T>(node: Node<T>, depth: number, head: RequestHead): Node<T> | undefined {
  const candidates = node.statics.get(head.hashes[depth] as number);
  if (candidates === undefined) return undefined;
  for (const candidate of candidates) if (head.segmentEquals(depth, candidate.bytes)) return candidate.node;
  return undefined;
}

function childFor<T>(node: Node<T>, segment: PatternSegment): Node<T> {
  if (segment.kind !== "static") {
    node[segment.kind] ??= new Node();
    return node[segment.kind] as Node<T>;
  }
  const bytes = new TextEncoder().encode(segment.text);
  const hash = hashSegment(bytes);
  const siblings = node.statics.get(hash) ?? [];
  const known = siblings.find((sibling) => Buffer.compare(sibling.bytes, bytes) === 0);
  if (known !== undefined) return known.node;
  const child = { bytes, node: new Node<T>() };
  node.statics.set(hash, [...siblings, child]);
  return child.node;
}
