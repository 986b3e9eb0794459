import { fail, ok, type Result } from "../result.js";
import { type Link, type LinkAttribute, SINGLE_ATTRIBUTES } from "./link.js";

type Attributes = Record<string, LinkAttribute>;

// Sticky, and each alternative starts with another character: every character is looked at once.
const TARGET = /[ \t\r\n]*<([^<>]*)>[ \t\r\n]*/y;
const ATTRIBUTE = /;[ \t\r\n]*([A-Za-z0-9!#$&+\-.^_`|~]+\*?)[ \t\r\n]*/y;
const QUOTED = /=[ \t\r\n]*"((?:[^"\\]|\\[^])*)"[ \t\r\n]*/y;
const BARE = /=[ \t\r\n]*([A-Za-z0-9!#$%&'()*+\-./:<=>?@[\]^_`{|}~]+)[ \t\r\n]*/y;

/**
 * Reads a CoRE Link Format document; an empty text is no links. Values lose their quotes and escapes, an attribute that
 * may occur once keeps its first value. Blanks and line ends around separators are tolerated. Takes time in proportion
 * to the length of the text, whatever it is. RFC 6690 §2.
 */
export function parseLinkFormat(text: string): Result<Link[]> {
  const links: Link[] = [];
  const scanner = new Scanner(text);
  if (text === "") return ok(links);
  do {
    const target = scanner.take(TARGET);
    if (target === undefined) return fail(`Expected <target> at offset ${scanner.offset} of the link document.`);
    links.push({ target, attributes: readAttributes(scanner) });
  } while (scanner.takeComma());
  if (!scanner.isAtEnd) return fail(`Expected "," or ";" at offset ${scanner.offset} of the link document.`);
  return ok(links);
}

/** Where reading has come to; what it cannot read stays in front of it, for the caller to report. */
class Scanner {
  offset = 0;

  constructor(readonly text: string) {}

  get isAtEnd(): boolean {
    return this.offset === this.text.length;
  }

  take(token: RegExp): string | undefined {
    token.lastIndex = this.offset;
    const match = token.exec(this.text);
    if (match === null) return undefined;
    this.offset = token.lastIndex;
    return match[1];
  }

  takeComma(): boolean {
    if (this.text[this.offset] !== ",") return false;
    this.offset++;
    return true;
  }
}

function readAttributes(scanner: Scanner): Attributes {
  const attributes: Attributes = Object.create(null);
  for (let name = scanner.take(ATTRIBUTE); name !== undefined; name = scanner.take(ATTRIBUTE)) {
    addAttribute(attributes, name, readValue(scanner));
  }
  return attributes;
}

function readValue(scanner: Scanner): string | true {
  const quoted = scanner.take(QUOTED);
  if (quoted !== undefined) return quoted.replace(/\\([^])/g, "$1");
  return scanner.take(BARE) ?? true;
}

function addAttribute(attributes: Attributes, name: string, value: string | true): void {
  const earlier = attributes[name];
  if (earlier === undefined) attributes[name] = value;
  else if (SINGLE_ATTRIBUTES.has(name)) return;
  else if (Array.isArray(earlier)) earlier.push(value === true ? "" : value);
  else attributes[name] = [earlier, value].map((item) => (item === true ? "" : String(item)));
}
