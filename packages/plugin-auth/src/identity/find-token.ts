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

/** The token of a request, as bytes of its own; `"malformed"` where there are several. The option beats the query. */
export function findToken(ctx: RequestContext, places: TokenPlaces): Uint8Array | "malformed" | undefined {
  const { options } = ctx.request;
  const inOption = options.bytes(places.tokenOption);
  if (inOption !== undefined) return new Uint8Array(inOption);
  const inQuery = places.tokenQuery === undefined ? undefined : ctx.query[places.tokenQuery];
  if (inQuery === undefined) return undefined;
  return typeof inQuery === "string" && inQuery !== "" ? new TextEncoder().encode(inQuery) : "malformed";
}
