import assert from "node:assert/strict";
import { AsyncLocalStorage, createHook } from "node:async_hooks";

/** What keeps a process alive until it is closed; requests and promises end by themselves. */
const HELD_TYPES: ReadonlySet<string> = new Set([
  "FSEVENTWRAP",
  "MESSAGEPORT",
  "PIPESERVERWRAP",
  "PIPEWRAP",
  "PROCESSWRAP",
  "SIGNALWRAP",
  "STATWATCHER",
  "TCPSERVERWRAP",
  "TCPWRAP",
  "Timeout",
  "UDPWRAP",
  "WORKER",
]);

interface OpenResource {
  readonly type: string;
  readonly resource: object;
  /** Where it was opened. */
  readonly place: string;
}

type OpenResources = Map<number, OpenResource>;

const scope = new AsyncLocalStorage<OpenResources>();

/**
 * Runs something, and checks that all timers and handles that were opened in the course of it are closed in the end,
 * within `deadlineMs` milliseconds. Other code that runs at the same time does not count, unref'd timers neither.
 * @param what for the message: "app.close()"
 * @param remedy for the message
 * @throws AssertionError that says where what is left was opened
 */
export async function assertReleases(
  run: () => Promise<void>,
  deadlineMs: number,
  what: string,
  remedy = "Release it in host.onClose().",
): Promise<void> {
  const open: OpenResources = new Map();
  const hook = createHook({
    init: (id, type, _trigger, resource) => {
      if (HELD_TYPES.has(type) && scope.getStore() === open) open.set(id, { type, resource, place: callerOf() });
    },
    destroy: (id) => void open.delete(id),
  }).enable();
  try {
    await scope.run(open, run);
    await untilReleased(open, deadlineMs);
  } finally {
    hook.disable();
  }
  const left = held(open).map(({ type, place }) => `${type} ${place}`);
  const message = `The contract wants nothing left open after ${what}; still there: ${left.join(", ")}.`;
  assert.equal(left.length, 0, `${message} ${remedy}`);
}

/** Closing a handle takes some turns of the event loop. */
async function untilReleased(open: OpenResources, deadlineMs: number): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  while (held(open).length > 0 && performance.now() < endMs) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function held(open: OpenResources): readonly OpenResource[] {
  return [...open.values()].filter(
    ({ resource }) => !("hasRef" in resource) || isReferenced(resource.hasRef, resource),
  );
}

function isReferenced(hasRef: unknown, resource: object): boolean {
  return typeof hasRef !== "function" || hasRef.call(resource) === true;
}

/** First line of the stack that is neither Node's nor this file's. */
function callerOf(): string {
  const lines = (new Error().stack ?? "").split("\n").slice(1);
  const line = lines.find((candidate) => !candidate.includes("node:") && !candidate.includes("resource-watch"));
  return line?.trim() ?? "from native code";
}
