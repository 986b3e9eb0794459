import type { CoapScheme } from "@coapkit/protocol";
import { ConfigError } from "../errors/config-error.js";
import type { TransportFactory } from "../ports/transport-factory.js";

interface Entry {
  readonly factory: TransportFactory;
  readonly owner: string;
}

/** The transports of one app that plugins have brought, by URI scheme. */
export class TransportRegistry {
  readonly #byScheme = new Map<CoapScheme, Entry>();

  /** @throws ConfigError where another plugin has brought a transport for the scheme and `replace` is not set */
  add(factory: TransportFactory, owner: string, replace = false): void {
    const known = this.#byScheme.get(factory.scheme);
    if (known !== undefined && !replace) {
      throw new ConfigError(
        "COAPKIT_ERR_TRANSPORT_CONFLICT",
        `Both ${known.owner} and ${owner} add a transport for ${factory.scheme}://. Remove one plugin, or let the later one add it with replace: true.`,
      );
    }
    this.#byScheme.set(factory.scheme, { factory, owner });
  }

  get(scheme: CoapScheme): TransportFactory | undefined {
    return this.#byScheme.get(scheme)?.factory;
  }
}
