import { fail, ok, type Result } from "../result.js";
import { type Link, type LinkAttribute, SINGLE_ATTRIBUTES } from "./link.js";
import { LinkScanner } from "./link-scanner.js";

type Attributes = Record<string, LinkAttribute>;

/**
 * Reads a CoRE Link Format document; an empty text is no links. Values lose their quotes and escapes, an attribute that
 * may occur once keeps its first value. Blanks and line ends around separators are tolerated. Takes time in proportion
 * to the length of the text, whatever it is. RFC 6690 §2.
 */
export function parseLinkFormat(text: string): Result<Link[]> {
  const links: Link[] = [];
  const scanner = new LinkScanner(text);
  if (text === "") return ok(links);
  do {
    const target = scanner.takeTarget();
    if (target === undefined) return failAt(scanner, "<target>");
    const attributes = readAttributes(scanner);
    if (attributes === undefined) return failAt(scanner, "an attribute value");
    links.push({ target, attributes });
  } while (scanner.takeComma());
  return scanner.isAtEnd ? ok(links) : failAt(scanner, '"," or ";"');
}

function failAt(scanner: LinkScanner, expected: string): Result<Link[]> {
  return fail(`Expected ${expected} at offset ${scanner.offset} of the link document.`);
}

/** Attributes of one link; `undefined` when one has a value that cannot be read. */
function readAttributes(scanner: LinkScanner): Attributes | undefined {
  const attributes: Attributes = Object.create(null);
  for (let name = scanner.takeName(); name !== undefined; name = scanner.takeName()) {
    const value = scanner.takeEquals() ? scanner.takeValue() : true;
    if (value === undefined) return undefined;
    addAttribute(attributes, name, value);
  }
  return attributes;
}

function addAttribute(attributes: Attributes, name: string, value: string | true): void {
  const earlier = attributes[name];
  if (earlier === undefined) attributes[name] = value;
  else if (SINGLE_ATTRIBUTES.has(name)) return;
  else if (Array.isArray(earlier)) earlier.push(value === true ? "" : value);
  else attributes[name] = [earlier, value].map((item) => (item === true ? "" : String(item)));
}
