import type { OptionDefinition } from "./option-definition.js";
import { OptionConflictError, OptionDefinitionError } from "./option-error.js";
import { STANDARD_OPTIONS } from "./standard-options.js";
import { MAX_OPTION_LENGTH, MAX_OPTION_NUMBER } from "./wire.js";

const SMALL = 512;
const FORMATS: readonly string[] = ["empty", "opaque", "uint", "string"];

/**
 * Options that one application recognizes: those of RFC 7252, 7641, 7959, 7967, 8768 and 9175, and what is added with
 * {@link define}. It bounds nothing by itself: only code of the application adds to it.
 */
export class OptionRegistry {
  readonly #small = new Array<OptionDefinition | undefined>(SMALL).fill(undefined);
  readonly #large = new Map<number, OptionDefinition>();
  readonly #byName = new Map<string, OptionDefinition>();

  constructor() {
    for (const definition of STANDARD_OPTIONS) this.#add(definition);
  }

  /**
   * Adds an option; defining the same option again in the same way changes nothing.
   * Throws `COAPKIT_ERR_OPTION_CONFLICT`, naming both options, when another definition has its number or its name, and
   * `COAPKIT_ERR_OPTION_DEFINITION` when the number, name, format or lengths are out of range.
   */
  define(definition: OptionDefinition): void {
    assertValid(definition);
    const other = this.get(definition.number) ?? this.#byName.get(definition.name);
    if (other === undefined) this.#add(Object.freeze({ ...definition }));
    else if (!isSameDefinition(other, definition)) throw conflict(definition, other);
  }

  /** Definition of an option, or `undefined` when it is to be treated as unrecognized. */
  get(number: number): OptionDefinition | undefined {
    return number < SMALL ? this.#small[number] : this.#large.get(number);
  }

  /** Definition of the option with this name, spelled as it was defined. */
  byName(name: string): OptionDefinition | undefined {
    return this.#byName.get(name);
  }

  /** All definitions, standard ones first, then in the order of definition. */
  [Symbol.iterator](): IterableIterator<OptionDefinition> {
    return this.#byName.values();
  }

  #add(definition: OptionDefinition): void {
    if (definition.number < SMALL) this.#small[definition.number] = definition;
    else this.#large.set(definition.number, definition);
    this.#byName.set(definition.name, definition);
  }
}

function assertValid({ number, name, format, minLength, maxLength }: OptionDefinition): void {
  if (!isIntegerUpTo(number, MAX_OPTION_NUMBER)) {
    throw invalid(name, `number ${number} is not an integer from 0 to ${MAX_OPTION_NUMBER}`);
  }
  if (typeof name !== "string" || name === "") throw invalid(String(number), "its name is empty; give it one");
  if (!FORMATS.includes(format)) throw invalid(name, `format "${format}" is not one of ${FORMATS.join(", ")}`);
  if (!isIntegerUpTo(maxLength, MAX_OPTION_LENGTH) || !isIntegerUpTo(minLength, maxLength)) {
    throw invalid(name, `lengths ${minLength} to ${maxLength} are not a range within 0 to ${MAX_OPTION_LENGTH}`);
  }
  if (format === "empty" && maxLength !== 0) throw invalid(name, `format "empty" needs maxLength 0, not ${maxLength}`);
}

function isIntegerUpTo(value: number, limit: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= limit;
}

function isSameDefinition(a: OptionDefinition, b: OptionDefinition): boolean {
  return (
    a.number === b.number &&
    a.name === b.name &&
    a.format === b.format &&
    a.minLength === b.minLength &&
    a.maxLength === b.maxLength &&
    a.repeatable === b.repeatable
  );
}

function invalid(name: string, problem: string): OptionDefinitionError {
  return new OptionDefinitionError(`Option ${name} cannot be defined: ${problem}.`);
}

function conflict(added: OptionDefinition, other: OptionDefinition): OptionConflictError {
  return new OptionConflictError(
    `Option ${added.name} (${added.number}) conflicts with ${other.name} (${other.number}), which is already defined; ` +
      "choose another number and name, or make both definitions the same.",
  );
}
