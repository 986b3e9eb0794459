/** How the bytes of an option value are read. RFC 7252 §3.2. */
export type OptionFormat = "empty" | "opaque" | "uint" | "string";

/** What an endpoint knows of an option: enough to tell a value that it must treat as unrecognized. RFC 7252 §5.4. */
export interface OptionDefinition {
  /** 0 to 65535; its low bits say whether it is critical, unsafe to forward and part of the cache key. */
  readonly number: number;
  /** Name as registered with IANA, such as `Uri-Path`. */
  readonly name: string;
  readonly format: OptionFormat;
  /** Least length of a value, in bytes. */
  readonly minLength: number;
  /** Greatest length of a value, in bytes; at most 65804. */
  readonly maxLength: number;
  /** Whether it may occur more than once. RFC 7252 §5.4.5. */
  readonly repeatable: boolean;
}
