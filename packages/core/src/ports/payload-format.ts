import type { Result } from "@coapkit/protocol";

/** What a format may know of the route that it serves. */
export interface FormatRoute {
  /** `SensorResource.read`, or method and path: for messages. */
  readonly name: string;
  /** What the route says of its formats. */
  readonly options: { readonly produces?: readonly FormatName[] | undefined };
  /** Value of a piece of metadata: the method's, else its class's, else `undefined`. */
  meta<T>(key: { readonly key: symbol; readonly type?: T }): T | undefined;
}

/** Encodes and decodes payloads of one Content-Format. */
export interface PayloadFormat {
  /** CoAP Content-Format number, 0 to 65535. RFC 7252 §12.3. */
  readonly contentFormat: number;
  /** Media type, as in the IANA registry: `application/json`. */
  readonly mediaType: string;
  /**
   * Whether any plain object, array, string, number, boolean and null can be encoded. Only such formats are the
   * default for what handlers return; text, bytes and links have formats of their own.
   */
  readonly structured: boolean;
  /**
   * Structured syntax suffix that this codec serves too, such as `+json`: a route that names a content format whose
   * media type ends so, and that has no codec of its own, gets this one. RFC 6839.
   */
  readonly suffix?: "+json" | "+cbor" | "+xml" | undefined;
  /**
   * Whether only routes that name the format in `produces` or `consumes` use it, such as a patch, which stands for
   * nothing by itself. @defaultValue false
   */
  readonly onlyWhereNamed?: boolean | undefined;
  /**
   * The codec for one route, where its metadata says something about payloads; asked once for each route, at boot,
   * and again for a reply that names its format itself. Default: the same codec for all.
   */
  forRoute?(route: FormatRoute): PayloadFormat;
  /**
   * Whether this value can be encoded; default: every value. A value that an accepted format
   * cannot represent is 4.06.
   */
  represents?(value: unknown): boolean;
  /**
   * Bytes, or a string that is sent as UTF-8.
   * @param contentFormat the number asked for: this format's own, or one that its suffix covers
   * @throws what the codec throws for a value that it cannot represent; the client sees an empty 5.00
   */
  encode(value: unknown, contentFormat: number): Uint8Array | string;
  /** The value, or what is wrong with the bytes: a short text that is sent to the client with 4.00. Never throws. */
  decode(payload: Uint8Array, contentFormat: number): Result<unknown>;
}

/** A codec for one content format; its number may be one that the codec serves by suffix. */
export interface FormatChoice {
  readonly contentFormat: number;
  readonly codec: PayloadFormat;
}

/** A content format by number or media type: `50` or `"application/json"`. */
export type FormatName = number | string;
