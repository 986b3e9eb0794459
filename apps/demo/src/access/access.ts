import { createHash } from "node:crypto";
import { auth, Guard, opaque, tokenList } from "@coapkit/plugin-auth";
import type { Credentials } from "./credentials.js";

/** What devices may do besides reading, and what people may do who have the token. */
const OF_DEVICES = ["readings:write"];
const OF_OPERATORS = ["readings:write", "sensors:write", "rooms:write"];

const THIS_MACHINE: ReadonlySet<string> = new Set(["127.0.0.1", "::1"]);

/** Finds out who asks: a device by its pre-shared key, an operator by the token. Routes without a guard let nobody in. */
export function access({ token }: Credentials) {
  const sha256 = createHash("sha256").update(token).digest("hex");
  return auth({
    tokens: [opaque(tokenList([{ sha256, name: "operator", scopes: OF_OPERATORS }]))],
    grantsOf: ({ source }) => (source === "psk" ? { scopes: OF_DEVICES } : undefined),
  });
}

/** Lets in who has the scope, and strangers from this machine: for a demo only, since others may work on it, too. */
export function RequireScopeOrThisMachine(scope: string) {
  return Guard(function hasScopeOrIsHere({ peer }, identity) {
    return identity === undefined ? THIS_MACHINE.has(peer.address) : identity.scopes.includes(scope);
  });
}
