/** Own property names of the built-in prototypes, as they were at start. */
const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype];
const NAMES_AT_START = namesOf();

/** Whether a built-in prototype has other property names than at start, or objects have something to enumerate. */
export function isPolluted(): boolean {
  for (const _ in {}) return true;
  return namesOf() !== NAMES_AT_START;
}

function namesOf(): string {
  return JSON.stringify(PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).map(String)));
}
