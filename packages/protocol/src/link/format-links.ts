import { percentEncode } from "../uri/percent-encoding.js";
import { type Link, type LinkAttribute, WORD_LIST_ATTRIBUTES } from "./link.js";
import { LinkFormatError } from "./link-format-error.js";

const NAME = /^[A-Za-z0-9!#$&+\-.^_`|~]+\*?$/;
const NOT_IN_TARGET = /[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]+/gu;
const DIGITS = /^(?:0|[1-9]\d*)$/;
const EXT_VALUE = /^[A-Za-z0-9!#$%&'+\-.^_`{}~]+$/;

/**
 * CoRE Link Format document of the links. Numbers, and digits in `sz` and a single `ct`, are bare, as is the value of an
 * attribute whose name ends in `*`; all other values are quoted. Characters that no URI has are percent-encoded in
 * targets. RFC 6690 §2, RFC 7252 §7.2.1. Throws `COAPKIT_ERR_LINK_FORMAT` for a name that no attribute can have.
 */
export function formatLinks(links: readonly Link[]): string {
  return links.map(formatLink).join(",");
}

function formatLink({ target, attributes }: Link): string {
  let text = `<${percentEncode(target, NOT_IN_TARGET)}>`;
  for (const [name, value] of Object.entries(attributes)) {
    if (!NAME.test(name)) {
      throw new LinkFormatError(
        `"${name}" of <${target}> is no link attribute name; use letters, digits, "-" and ".".`,
      );
    }
    text += formatAttribute(name, value);
  }
  return text;
}

function formatAttribute(name: string, value: LinkAttribute): string {
  if (value === true) return `;${name}`;
  if (typeof value === "number") return `;${name}=${value}`;
  if (typeof value === "string") return `;${name}=${formatValue(name, value)}`;
  if (WORD_LIST_ATTRIBUTES.has(name)) return value.length === 0 ? "" : `;${name}=${formatValue(name, value.join(" "))}`;
  return value.map((item) => `;${name}=${formatValue(name, item)}`).join("");
}

function formatValue(name: string, value: string): string {
  if ((name === "sz" || name === "ct") && DIGITS.test(value)) return value;
  if (name.endsWith("*") && EXT_VALUE.test(value)) return value;
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}
