import { type Link, type LinkAttribute, WORD_LIST_ATTRIBUTES } from "./link.js";

/** Tells whether one value of an attribute, or the target, is what is asked for. */
type Matcher = (value: string) => boolean;

/**
 * Links that match every argument of a query such as `["rt=temp*"]`, in their order. `href` is compared with the
 * target, `rt`, `if`, `ct`, `rel` and `rev` with each of their words, any other attribute with its whole value. A `*` at
 * the end matches any rest, so that `name=*` finds the links that have the attribute with a value; `name` alone finds
 * those that have it at all. The arguments are decoded Uri-Query values. RFC 6690 §4.1.
 */
export function filterLinks(links: readonly Link[], query: readonly string[]): Link[] {
  const conditions = query.map(compile);
  return links.filter((link) => conditions.every((matches) => matches(link)));
}

function compile(argument: string): (link: Link) => boolean {
  const equalsAt = argument.indexOf("=");
  if (equalsAt < 0) return (link) => argument === "href" || attributeOf(link, argument) !== undefined;
  const name = argument.slice(0, equalsAt);
  const matches = matcher(argument.slice(equalsAt + 1));
  if (name === "href") return (link) => matches(link.target);
  return (link) => hasMatch(name, attributeOf(link, name), matches);
}

function matcher(pattern: string): Matcher {
  if (!pattern.endsWith("*")) return (value) => value === pattern;
  const prefix = pattern.slice(0, -1);
  return (value) => value.startsWith(prefix);
}

function attributeOf(link: Link, name: string): LinkAttribute | undefined {
  return Object.hasOwn(link.attributes, name) ? link.attributes[name] : undefined;
}

function hasMatch(name: string, value: LinkAttribute | undefined, matches: Matcher): boolean {
  if (value === undefined || value === true) return false;
  const values = typeof value === "string" || typeof value === "number" ? [String(value)] : value;
  if (!WORD_LIST_ATTRIBUTES.has(name)) return values.some(matches);
  return values.some((words) => words.split(" ").some(matches));
}
