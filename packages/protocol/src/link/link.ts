/**
 * Value of a link attribute. `true` is an attribute without a value, such as `obs`. A list is one attribute of blank
 * separated words where RFC 6690 §2 and §3 define words (`rt`, `if`, `ct`, `rel`, `rev`), and elsewhere the attribute
 * repeated. Reading gives strings, `true`, and lists for what is repeated; numbers are for the convenience of writing.
 */
export type LinkAttribute = string | number | true | readonly string[];

/** One link of a CoRE Link Format document. RFC 6690 §2. */
export interface Link {
  /** URI reference between the angle brackets, as it is on the wire. */
  readonly target: string;
  /** Attributes by name; one that is read has no prototype, so that any name is a mere key. */
  readonly attributes: Readonly<Record<string, LinkAttribute>>;
}

/** Attributes whose value is a list of blank separated words. RFC 6690 §2, §3.1, §3.2, RFC 7252 §7.2.1. */
export const WORD_LIST_ATTRIBUTES: ReadonlySet<string> = new Set(["rt", "if", "ct", "rel", "rev"]);

/**
 * Attributes of which a link has one: readers take the first. RFC 6690 §2, §3, RFC 5988 §5.3, §5.4, and `ct` and `obs` of
 * RFC 7252 §7.2.1 and RFC 7641 §6.
 */
export const SINGLE_ATTRIBUTES: ReadonlySet<string> = new Set([
  "rel",
  "media",
  "title",
  "title*",
  "type",
  "rt",
  "if",
  "sz",
  "ct",
  "obs",
]);
