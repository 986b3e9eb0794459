import { CoapkitError } from "@coapkit/protocol";

/** Why an app could not boot. `docs/errors.md` explains each. */
export type ConfigErrorCode =
  | "COAPKIT_ERR_APP_STATE"
  | "COAPKIT_ERR_CAPABILITY_MISSING"
  | "COAPKIT_ERR_DECORATOR_MISUSE"
  | "COAPKIT_ERR_DEPENDENCY_CYCLE"
  | "COAPKIT_ERR_DEPENDENCY_MISSING"
  | "COAPKIT_ERR_DUPLICATE_CORE"
  | "COAPKIT_ERR_FORMAT_CONFLICT"
  | "COAPKIT_ERR_LIFECYCLE_TIMEOUT"
  | "COAPKIT_ERR_METADATA_MISSING"
  | "COAPKIT_ERR_OPTIONS_INVALID"
  | "COAPKIT_ERR_PATH_INVALID"
  | "COAPKIT_ERR_PLUGIN_CONTRACT"
  | "COAPKIT_ERR_PLUGIN_CYCLE"
  | "COAPKIT_ERR_PLUGIN_DEPENDENCY_MISSING"
  | "COAPKIT_ERR_PLUGIN_DUPLICATE"
  | "COAPKIT_ERR_PLUGIN_SETUP"
  | "COAPKIT_ERR_PROVIDER_CONFLICT"
  | "COAPKIT_ERR_ROUTE_CONFLICT"
  | "COAPKIT_ERR_TRANSPORT_CONFLICT";

/** The app is put together wrongly; the developer must act. Thrown at boot, never while serving. */
export class ConfigError extends CoapkitError {
  override readonly name = "ConfigError";

  constructor(
    override readonly code: ConfigErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
