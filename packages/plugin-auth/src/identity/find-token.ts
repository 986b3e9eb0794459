import type { RequestContext } from "@coapkit/core";

/** Where tokens are looked for. */
export interface TokenPlaces {
  /** Number of the CoAP option. */
  readonly tokenOption: number;
  /** Name of the query parameter. */
  readonly tokenQuery: string | undefined;
  /** Whether tokens are refused where anybody on the way can read them. */
  readonly securedTokensOnly: boolean;
}

/** The token of a request, as bytes of its own; `"malformed"` where there are several, or an empty one. */
export function findToken(ctx: RequestContext, places: TokenPlaces): Uint8Array | "malformed" | undefined {
  const inOption = ctx.request.options.bytes(places.tokenOption);
  const inQuery = places.tokenQuery === undefined ? undefined : ctx.query[places.tokenQuery];
  if (inQuery === undefined) return inOption === undefined ? undefined : new Uint8Array(inOption);
  if (inOption !== undefined || typeof inQuery !== "string" || inQuery === "") return "malformed";
  return new TextEncoder().encode(inQuery);
}
