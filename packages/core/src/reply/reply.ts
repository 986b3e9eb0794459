import { isResponseCode, type OptionEntry, OptionNumber, parsePath } from "@coapkit/protocol";

/** What a handler may say about its answer beside code and value. */
export interface ReplyOptions {
  /** Content-Format number of the payload; default: the one negotiated by Accept. Bytes and strings then pass as they are. */
  readonly contentFormat?: number | undefined;
  /** Entity-tag, 1 to 8 bytes; a string stands for its UTF-8 bytes. RFC 7252 §5.10.6. */
  readonly etag?: Uint8Array | string | undefined;
  /** Max-Age in seconds; a client assumes 60 without it. RFC 7252 §5.10.5. */
  readonly maxAgeS?: number | undefined;
  /** Location of what was created: an absolute path with an optional query, percent-encoded as in a URI. RFC 7252 §5.10.7. */
  readonly location?: string | undefined;
  /** Any other options. */
  readonly options?: readonly OptionEntry[] | undefined;
}

/** An answer with its code, not yet encoded. Returned by handlers and hooks; throwing one works too. */
export class Reply {
  readonly contentFormat: number | undefined;
  readonly options: readonly OptionEntry[];

  /** @throws TypeError for a malformed location or ETag, or a code that is none of a response: a bug of the handler, so the client sees 5.00. */
  constructor(
    /** Response code byte. */
    readonly code: number,
    /** The value to encode; `undefined` for no payload. In an error reply: the diagnostic text. */
    readonly payload: unknown = undefined,
    replyOptions?: ReplyOptions,
  ) {
    if (!isResponseCode(code)) {
      throw new TypeError(`${code} is no response code; use a constant: Code.Content is 2.05, which is 69 as a byte.`);
    }
    this.contentFormat = replyOptions?.contentFormat;
    this.options = replyOptions === undefined ? NO_OPTIONS : optionEntries(replyOptions);
  }
}

const utf8 = new TextEncoder();
const NO_OPTIONS: readonly OptionEntry[] = Object.freeze([]);

function optionEntries({ etag, maxAgeS, location, options }: ReplyOptions): readonly OptionEntry[] {
  const entries: OptionEntry[] = options === undefined ? [] : [...options];
  if (etag !== undefined) entries.push({ number: OptionNumber.ETag, value: etagBytes(etag) });
  if (maxAgeS !== undefined) entries.push({ number: OptionNumber.MaxAge, value: maxAgeS });
  if (location !== undefined) entries.push(...locationEntries(location));
  return entries;
}

/** The bytes of an entity-tag. @throws TypeError unless there are 1 to 8 of them. RFC 7252 §5.10.6. */
export function etagBytes(etag: Uint8Array | string): Uint8Array {
  const bytes = typeof etag === "string" ? utf8.encode(etag) : etag;
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`An ETag is bytes or a text, not a ${typeof bytes}.`);
  if (bytes.length < 1 || bytes.length > 8) {
    throw new TypeError(`An ETag has 1 to 8 bytes, not ${bytes.length}; shorten it, for example to a hash.`);
  }
  return bytes;
}

function locationEntries(location: string): OptionEntry[] {
  const parsed = parsePath(location);
  if (!parsed.ok) throw new TypeError(`Location "${location}" is malformed: ${parsed.reason}; write an absolute path.`);
  const path = parsed.value.path.map((value) => ({ number: OptionNumber.LocationPath, value }));
  const query = parsed.value.query.map((value) => ({ number: OptionNumber.LocationQuery, value }));
  return [...path, ...query];
}
