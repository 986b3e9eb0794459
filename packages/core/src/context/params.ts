/** Path parameters by name. */
export type Params = Readonly<Record<string, string>>;

/** A record without a prototype, so that no name can reach one. */
export function paramsOf(names: readonly string[], values: readonly string[]): Params {
  const params: Record<string, string> = Object.create(null);
  for (let i = 0; i < names.length; i++) params[names[i] as string] = values[i] as string;
  return params;
}
