import { CoapError, Code } from "@coapkit/core";
import type { PatchLimits } from "./patch-limits.js";

/** Copies what a patch writes into a document, as long as it is neither too much nor too deep. */
export class WriteBudget {
  readonly #limits: PatchLimits;
  #written = 0;

  constructor(limits: PatchLimits) {
    this.#limits = limits;
  }

  /**
   * A copy of a JSON value for a place `depth` levels down.
   * @throws CoapError 4.13 for too much, 4.22 for too deep
   */
  copy(value: unknown, depth: number): unknown {
    this.#count(1 + (typeof value === "string" ? value.length : 0));
    if (typeof value !== "object" || value === null) return value === 0 ? 0 : value; // -0 is 0, as in the document
    const { maxDepth } = this.#limits;
    if (depth >= maxDepth) {
      throw new CoapError(Code.UnprocessableEntity, `The document would be nested deeper than ${maxDepth} levels.`);
    }
    if (Array.isArray(value)) return value.map((item) => this.copy(item, depth + 1));
    const members = Object.entries(value).map(([name, member]) => {
      this.#count(name.length);
      return [name, this.copy(member, depth + 1)] as const;
    });
    return Object.fromEntries(members);
  }

  #count(size: number): void {
    const { maxPatchSize } = this.#limits;
    this.#written += size;
    if (this.#written <= maxPatchSize) return;
    throw new CoapError(
      Code.RequestEntityTooLarge,
      `The patch writes more than ${maxPatchSize} values and characters.`,
    );
  }
}
