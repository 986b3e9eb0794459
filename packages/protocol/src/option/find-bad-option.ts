import { OptionCursor } from "./option-cursor.js";
import { isCritical } from "./option-number.js";
import type { OptionRegistry } from "./option-registry.js";
import type { OptionsView } from "./options-view.js";

const cursor = new OptionCursor();

/**
 * Number of the first critical option that a server must refuse with 4.02 (Bad Option), or -1 when there is none.
 * Refused are options that the registry lacks (RFC 7252 §5.4.1), whose value is shorter or longer than defined (§5.4.3),
 * and that occur again though not repeatable (§5.4.5). Elective options are never bad: they are ignored. Allocates
 * nothing.
 */
export function findBadOption(options: OptionsView, registry: OptionRegistry): number {
  let previous = -1;
  cursor.reset(options.buffer, options.start, options.end);
  while (cursor.next()) {
    const { number } = cursor;
    if (isCritical(number) && !isAcceptable(number, number === previous, registry)) return number;
    previous = number;
  }
  return -1;
}

function isAcceptable(number: number, isRepeated: boolean, registry: OptionRegistry): boolean {
  const definition = registry.get(number);
  if (definition === undefined) return false;
  const length = cursor.valueEnd - cursor.valueStart;
  if (length < definition.minLength || length > definition.maxLength) return false;
  return !isRepeated || definition.repeatable;
}
