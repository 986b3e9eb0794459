import { ProtocolError } from "../errors/protocol-error.js";
import type { Block1Refusal } from "./block1-outcome.js";

/** What a handler reads instead of the rest of a body of which a block was refused. */
export class BlockRefusedError extends ProtocolError {
  /** What the client was answered: 4.00, 4.08 or 4.13. */
  readonly responseCode: number;

  constructor({ code, diagnostic }: Block1Refusal) {
    super(`The transfer ended: ${diagnostic}.`);
    this.responseCode = code;
  }
}
