import { formatCode, formatPath, OptionNumber, type OptionsView } from "@coapkit/protocol";
import type { FormatRegistry } from "../formats/format-registry.js";
import type { ClientResponse } from "../ports/engine.js";

/** What `inject` got back. */
export class InjectedReply {
  /** Response code as RFC 7252 writes it: `2.05`. */
  readonly code: string;
  readonly payload: Uint8Array;
  readonly options: OptionsView;
  readonly #formats: FormatRegistry;

  constructor(response: ClientResponse, formats: FormatRegistry) {
    this.code = formatCode(response.code);
    this.payload = response.payload;
    this.options = response.options;
    this.#formats = formats;
  }

  /** Content-Format, or `undefined`. */
  get contentFormat(): number | undefined {
    return this.options.uint(OptionNumber.ContentFormat);
  }

  /** The payload as text. */
  get text(): string {
    return new TextDecoder().decode(this.payload);
  }

  /** The payload, decoded by the app's codec for its Content-Format; `undefined` where there is none. @throws TypeError for a payload that its format does not fit */
  get value(): unknown {
    const { contentFormat } = this;
    if (contentFormat === undefined) return undefined;
    const codec = this.#formats.get(contentFormat);
    const decoded = codec?.decode(this.payload, contentFormat);
    if (decoded?.ok) return decoded.value;
    throw new TypeError(
      `The payload cannot be decoded as content format ${contentFormat}: ${decoded?.reason ?? "no codec"}`,
    );
  }

  get etag(): Uint8Array | undefined {
    return this.options.bytes(OptionNumber.ETag);
  }

  /** Max-Age in seconds; 60 where the response says nothing. RFC 7252 §5.10.5. */
  get maxAgeS(): number {
    return this.options.uint(OptionNumber.MaxAge) ?? 60;
  }

  /** Location-Path and Location-Query as a path; `undefined` where there is neither. */
  get location(): string | undefined {
    const path = this.options.strings(OptionNumber.LocationPath);
    const query = this.options.strings(OptionNumber.LocationQuery);
    return path.length + query.length === 0 ? undefined : formatPath(path, query);
  }
}
