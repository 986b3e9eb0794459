import { isDeepStrictEqual } from "node:util";

/** What every piece of code in the process shares. */
export interface GlobalState {
  /** What has changed since, as short texts. */
  changes(): readonly string[];
}

const SHARED: Readonly<Record<string, object>> = {
  "Object.prototype": Object.prototype,
  "Array.prototype": Array.prototype,
  "Function.prototype": Function.prototype,
  "String.prototype": String.prototype,
  "Number.prototype": Number.prototype,
  "Promise.prototype": Promise.prototype,
  "Map.prototype": Map.prototype,
  "Set.prototype": Set.prototype,
  "Error.prototype": Error.prototype,
  "Date.prototype": Date.prototype,
  "Uint8Array.prototype": Uint8Array.prototype,
  "Buffer.prototype": Buffer.prototype,
  Object,
  Array,
  Promise,
  JSON,
  Math,
  Reflect,
};

/** Remembers built-in objects, the names of globals and the listeners of `process`. */
export function captureGlobalState(): GlobalState {
  const objects = Object.entries(SHARED).map(([name, object]) => ({ name, object, before: describeObject(object) }));
  const globals = new Set(Reflect.ownKeys(globalThis));
  const listeners = processListeners();
  return {
    changes: () => [
      ...objects
        .filter(({ object, before }) => !isDeepStrictEqual(describeObject(object), before))
        .map(({ name }) => name),
      ...Reflect.ownKeys(globalThis).flatMap((key) => (globals.has(key) ? [] : [`globalThis.${String(key)}`])),
      ...[...processListeners()].flatMap(([event, count]) =>
        count > (listeners.get(event) ?? 0) ? [`listener of process "${String(event)}"`] : [],
      ),
    ],
  };
}

/** Functions compare by identity; objects that a built-in holds count by their presence only. */
function describeObject(object: object): readonly unknown[] {
  return Reflect.ownKeys(object).map((key) => {
    const { value, get, set } = Reflect.getOwnPropertyDescriptor(object, key) ?? {};
    return [key, typeof value === "object" ? "object" : value, get, set];
  });
}

function processListeners(): ReadonlyMap<string | symbol, number> {
  return new Map(process.eventNames().map((event) => [event, process.listenerCount(event)]));
}
