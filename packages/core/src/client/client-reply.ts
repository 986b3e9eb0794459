import { isUtf8 } from "node:buffer";
import {
  Code,
  ContentFormat,
  formatCode,
  formatPath,
  isSuccessCode,
  OptionNumber,
  type OptionsView,
} from "@coapkit/protocol";
import type { ClientResponse } from "../ports/engine.js";
import type { ProblemDetails } from "./problem-details.js";

const DEFAULT_MAX_AGE_S = 60;

/** What was made of a response's payload. */
export interface DecodedPayload<T = unknown> {
  readonly value: T;
  readonly isDecoded: boolean;
  readonly problem?: ProblemDetails | undefined;
}

/** What `app.client` got back: the response, and its payload as a value. */
export class ClientReply<T = unknown> {
  /** Response code byte: `Code.Content`. RFC 7252 §5.9. */
  readonly code: number;
  readonly options: OptionsView;
  /** The payload as it came. */
  readonly payload: Uint8Array;
  /**
   * The payload, decoded by the app's codec for its content format and checked by the schema; `undefined` where there is
   * no payload; the bytes where `isDecoded` is false.
   */
  readonly value: T;
  /** False where the payload has no content format, or one without a codec here: `value` is the bytes then. */
  readonly isDecoded: boolean;
  /** Problem details of an error, where the app has a codec for them. RFC 9290. */
  readonly problem: ProblemDetails | undefined;

  /** @internal */
  constructor({ code, options, payload }: ClientResponse, { value, isDecoded, problem }: DecodedPayload<T>) {
    this.code = code;
    this.options = options;
    this.payload = payload;
    this.value = value;
    this.isDecoded = isDecoded;
    this.problem = problem;
  }

  /** The code as RFC 7252 writes it: `2.05`. */
  get codeText(): string {
    return formatCode(this.code);
  }

  /** Whether the code is 2.xx. */
  get isSuccess(): boolean {
    return isSuccessCode(this.code);
  }

  /** Whether what is stored under the `etag` of the request still is current: 2.03. RFC 7252 §5.9.1.3. */
  get isValid(): boolean {
    return this.code === Code.Valid;
  }

  /** Content-Format, or `undefined`. */
  get contentFormat(): number | undefined {
    return this.options.uint(OptionNumber.ContentFormat);
  }

  /** The payload as text, whatever its format is. */
  get text(): string {
    return new TextDecoder().decode(this.payload);
  }

  /** What the server says of its error: the text without a format, or the detail or title of the problem. RFC 7252 §5.5.2. */
  get diagnostic(): string | undefined {
    if (this.isSuccess) return undefined;
    return this.problem?.detail ?? this.problem?.title ?? diagnosticOf(this);
  }

  get etag(): Uint8Array | undefined {
    return this.options.bytes(OptionNumber.ETag);
  }

  /** Max-Age in seconds; 60 where the response says nothing. RFC 7252 §5.10.5. */
  get maxAgeS(): number {
    return this.options.uint(OptionNumber.MaxAge) ?? DEFAULT_MAX_AGE_S;
  }

  /** Location-Path and Location-Query as a path: what was created. `undefined` where there is neither. RFC 7252 §5.10.7. */
  get location(): string | undefined {
    const path = this.options.strings(OptionNumber.LocationPath);
    const query = this.options.strings(OptionNumber.LocationQuery);
    return path.length + query.length === 0 ? undefined : formatPath(path, query);
  }
}

/** The diagnostic payload of an error: UTF-8 without a Content-Format, or as text/plain. RFC 7252 §5.5.2. */
export function diagnosticOf({ options, payload }: Pick<ClientResponse, "options" | "payload">): string | undefined {
  const contentFormat = options.uint(OptionNumber.ContentFormat) ?? ContentFormat.TextPlain;
  if (contentFormat !== ContentFormat.TextPlain || payload.length === 0 || !isUtf8(payload)) return undefined;
  return new TextDecoder().decode(payload);
}
