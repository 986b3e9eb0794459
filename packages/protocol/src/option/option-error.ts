import { CoapkitError } from "../errors/coapkit-error.js";

/** Two option definitions claim the same number or the same name. */
export class OptionConflictError extends CoapkitError {
  readonly code = "COAPKIT_ERR_OPTION_CONFLICT";
}

/** An option definition that no option can have: its number, name, format or lengths are out of range. */
export class OptionDefinitionError extends CoapkitError {
  readonly code = "COAPKIT_ERR_OPTION_DEFINITION";
}

/** An option that the wire cannot carry was about to be encoded. */
export class OptionValueError extends CoapkitError {
  readonly code = "COAPKIT_ERR_OPTION_VALUE";
}
