import { ConfigError } from "./errors/config-error.js";

/** Identifies one loaded copy of this package. */
export interface CoreIdentity {
  /** Where this copy was loaded from. */
  readonly url: string;
}

/** This copy. Two copies in one process have two of these objects. */
export const CORE_IDENTITY: CoreIdentity = Object.freeze({ url: import.meta.url });

/** The error for something that another copy of this package made. */
export function duplicateCore(what: string, url: string): ConfigError {
  return new ConfigError(
    "COAPKIT_ERR_DUPLICATE_CORE",
    `${what} was made with another copy of @coapkit/core (${url}) than this app (${CORE_IDENTITY.url}). Install one version only: run "npm ls @coapkit/core", and make it a peer dependency in plugins.`,
  );
}
