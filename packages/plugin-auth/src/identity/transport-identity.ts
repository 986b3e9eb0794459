import type { Awaitable, RequestContext } from "@coapkit/core";
import type { Principal } from "@coapkit/protocol";
import { andThen } from "../awaitable.js";
import { textsOf } from "../tokens/claim-values.js";
import type { Grants, Identity } from "./identity.js";

/** Says what those may do whom the transport knows; `undefined`: nothing beyond being known. */
export type GrantsOf = (principal: Principal) => Awaitable<Grants | undefined>;

const NO_CLAIMS = Object.freeze({});

/** Who a peer is by its transport: PSK identity, raw public key, or certificate. */
export function transportIdentity(
  { principal }: RequestContext["peer"],
  grantsOf: GrantsOf | undefined,
): Awaitable<Identity | undefined> {
  if (principal === undefined) return undefined;
  return andThen(grantsOf?.(principal), (grants) => {
    const { source, name } = principal;
    const [scopes, roles] = [textsOf(grants?.scopes), textsOf(grants?.roles)];
    return Object.freeze({ source, name, scopes, roles, claims: NO_CLAIMS });
  });
}
