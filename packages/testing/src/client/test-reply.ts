import type { ClientResponse } from "@coapkit/core";
import { formatCode, OptionNumber, type OptionsView } from "@coapkit/protocol";

/** A response in the form that tests compare. */
export class TestReply {
  /** Dotted code, such as `2.05`. */
  readonly code: string;
  readonly payload: Uint8Array;
  readonly options: OptionsView;

  constructor({ code, payload, options }: ClientResponse) {
    this.code = formatCode(code);
    // The engine may use the bytes again.
    this.payload = payload.slice();
    this.options = options.copy();
  }

  /** Payload as UTF-8 text; malformed bytes become U+FFFD. */
  get text(): string {
    return new TextDecoder().decode(this.payload);
  }

  /** Payload as JSON. @throws SyntaxError with code and payload when it is none */
  json(): unknown {
    try {
      return JSON.parse(this.text);
    } catch (cause) {
      throw new SyntaxError(`The payload of this ${this.code} is not JSON: ${this.text}`, { cause });
    }
  }

  /** Content-Format of the payload. RFC 7252 §5.10.3. */
  get contentFormat(): number | undefined {
    return this.options.uint(OptionNumber.ContentFormat);
  }

  /** First entity-tag, in hexadecimal digits. RFC 7252 §5.10.6. */
  get etag(): string | undefined {
    const bytes = this.options.bytes(OptionNumber.ETag);
    return bytes === undefined ? undefined : Buffer.from(bytes).toString("hex");
  }

  /** Location-Path and Location-Query as a path, `/rooms/7?x=1`, not percent-encoded. RFC 7252 §5.10.7. */
  get location(): string | undefined {
    const path = this.options.strings(OptionNumber.LocationPath);
    const query = this.options.strings(OptionNumber.LocationQuery);
    if (path.length === 0 && query.length === 0) return undefined;
    return `/${path.join("/")}${query.length === 0 ? "" : `?${query.join("&")}`}`;
  }
}
