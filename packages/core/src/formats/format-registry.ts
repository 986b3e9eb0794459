import { contentFormatOf, mediaTypeOf, structuredSuffixOf } from "@coapkit/protocol";
import { ConfigError } from "../errors/config-error.js";
import type { FormatName, FormatRoute, PayloadFormat } from "../ports/payload-format.js";
import { bytesFormat, linkFormat, octetStreamFormat, textFormat } from "./builtin-formats.js";

interface Entry {
  readonly format: PayloadFormat;
  readonly owner: string;
}

const MAX_CONTENT_FORMAT = 65_535;

/** The content formats of one app, by number and by suffix. */
export class FormatRegistry {
  readonly #byNumber = new Map<number, Entry>();
  readonly #bySuffix = new Map<string, Entry>();

  constructor() {
    for (const format of [textFormat, linkFormat, octetStreamFormat]) this.add(format, "@coapkit/core");
  }

  /** @throws ConfigError where the number or suffix has a codec already and `replace` is not set, or the number is none */
  add(format: PayloadFormat, owner: string, replace = false): void {
    const { contentFormat, suffix } = format;
    if (!isContentFormat(contentFormat)) {
      throw new ConfigError(
        "COAPKIT_ERR_FORMAT_CONFLICT",
        `${owner} adds content format ${contentFormat}, which is no number from 0 to ${MAX_CONTENT_FORMAT}; see RFC 7252 §12.3.`,
      );
    }
    const entry = { format, owner };
    claim(this.#byNumber, contentFormat, `content format ${contentFormat}`, entry, replace);
    if (suffix !== undefined) claim(this.#bySuffix, suffix, `the suffix ${suffix}`, entry, replace);
  }

  /** The codec of a number: its own, or the one of its structured suffix. */
  get(contentFormat: number): PayloadFormat | undefined {
    const own = this.#byNumber.get(contentFormat);
    if (own !== undefined) return own.format;
    const suffix = structuredSuffixOf(contentFormat);
    return suffix === undefined ? undefined : this.#bySuffix.get(suffix)?.format;
  }

  /** All codecs that need no naming by a route, structured ones first, each group in the order of registration. */
  all(): PayloadFormat[] {
    const formats = [...this.#byNumber.values()]
      .map((entry) => entry.format)
      .filter((format) => !format.onlyWhereNamed);
    return [...formats.filter((format) => format.structured), ...formats.filter((format) => !format.structured)];
  }

  /** Number of a format by name. @throws ConfigError for an unknown media type or a number out of bounds */
  numberOf(name: FormatName, where: string): number {
    if (typeof name === "number") {
      if (isContentFormat(name)) return name;
      throw new ConfigError(
        "COAPKIT_ERR_OPTIONS_INVALID",
        `${where} has the number ${name}; a Content-Format is a whole number from 0 to ${MAX_CONTENT_FORMAT}.`,
      );
    }
    const wanted = name.toLowerCase();
    for (const { format } of this.#byNumber.values())
      if (format.mediaType.toLowerCase() === wanted) return format.contentFormat;
    const registered = contentFormatOf(name);
    if (registered !== undefined) return registered;
    throw new ConfigError(
      "COAPKIT_ERR_OPTIONS_INVALID",
      `${where} names the media type "${name}", which has no CoAP Content-Format number; use the number, or load the plugin that defines it.`,
    );
  }

  /** The codec for a number that a route names; one without a codec passes bytes. */
  resolve(contentFormat: number): PayloadFormat {
    return this.get(contentFormat) ?? bytesFormat(contentFormat, mediaTypeOf(contentFormat) ?? "no media type");
  }
}

/** The codec as one route has it. */
export function codecFor(route: FormatRoute, codec: PayloadFormat): PayloadFormat {
  return codec.forRoute?.(route) ?? codec;
}

function isContentFormat(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= MAX_CONTENT_FORMAT;
}

function claim<K>(entries: Map<K, Entry>, key: K, what: string, entry: Entry, replace: boolean): void {
  const before = entries.get(key);
  if (before !== undefined && !replace) {
    throw new ConfigError(
      "COAPKIT_ERR_FORMAT_CONFLICT",
      `Both ${before.owner} and ${entry.owner} add ${what}. Remove one plugin, or let the later one add it with replace: true.`,
    );
  }
  entries.set(key, entry);
}
