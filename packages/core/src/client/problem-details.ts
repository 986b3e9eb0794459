/** Keys of the standard problem detail entries. RFC 9290 §2. */
const Key = { Title: -1, Detail: -2, Instance: -3, ResponseCode: -4 } as const;

/** What an error says about itself. RFC 9290 §2. */
export interface ProblemDetails {
  /** Short summary of what kind of problem it is. */
  readonly title: string | undefined;
  /** What happened this time. */
  readonly detail: string | undefined;
  /** URI of this occurrence. */
  readonly instance: string | undefined;
  /** Response code byte that the origin server gave. */
  readonly responseCode: number | undefined;
  /** Every entry, custom ones too, by its key. */
  readonly entries: ReadonlyMap<unknown, unknown>;
}

/** Reads a decoded document; `undefined` where it is none. Texts with a language tag are in `entries` only. */
export function readProblemDetails(document: unknown): ProblemDetails | undefined {
  const entries = entriesOf(document);
  if (entries === undefined) return undefined;
  const responseCode = entries.get(Key.ResponseCode);
  return {
    title: textOf(entries.get(Key.Title)),
    detail: textOf(entries.get(Key.Detail)),
    instance: textOf(entries.get(Key.Instance)),
    responseCode: typeof responseCode === "number" ? responseCode : undefined,
    entries,
  };
}

/** A codec may give a map with numbers as keys as a `Map`, or as an object whose keys are texts. */
function entriesOf(document: unknown): ReadonlyMap<unknown, unknown> | undefined {
  if (document instanceof Map) return document;
  if (typeof document !== "object" || document === null || Array.isArray(document)) return undefined;
  return new Map(Object.entries(document).map(([key, value]) => [/^-?\d+$/.test(key) ? Number(key) : key, value]));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
