import { OptionNumber, type OptionsView } from "@coapkit/protocol";

/** Query parameters by name: the value, or all values of a name that comes several times; `""` for a name alone. */
export type Query = Readonly<Record<string, string | readonly string[]>>;

/** Reads Uri-Query options of the form `name=value` (RFC 7252 §6.4) into a record without a prototype. */
export function parseQuery(options: OptionsView): Query {
  const query: Record<string, string | string[]> = Object.create(null);
  for (const item of options.strings(OptionNumber.UriQuery)) {
    if (item === "") continue; // the URI ended in a bare "?"
    const equals = item.indexOf("=");
    const name = equals < 0 ? item : item.slice(0, equals);
    const value = equals < 0 ? "" : item.slice(equals + 1);
    const before = query[name];
    if (before === undefined) query[name] = value;
    else if (typeof before === "string") query[name] = [before, value];
    else before.push(value);
  }
  return query;
}

/** First value of a name, or `undefined`. */
export function firstOf(query: Query, name: string): string | undefined {
  const value = query[name];
  return typeof value === "string" ? value : value?.[0];
}
