import { type App, type InjectRequest } from "@coapkit/core";
import { PrincipalSource } from "@coapkit/protocol";
import { Authenticated, Guard, identityOf, Public } from "../../src/index.js";

/** A peer that its transport has authenticated by a pre-shared key. */
export const psk = (name: string) => ({
  scheme: "coaps",
  key: `session of ${name}`,
  principal: { source: PrincipalSource.Psk, name },
});
/** Routes that tell who asks. */
export const whoAmI = (app: App): void => {
  const handler: Parameters<App["route"]>[0]["handler"] = (ctx) => {
    const identity = identityOf(ctx as Parameters<typeof identityOf>[0]);
    return identity === undefined ? "nobody" : `${identity.source}:${identity.name} ${identity.scopes.join("+")}`;
  };
  app.route({ method: "GET", path: "/me", metadata: [Authenticated.entry()], handler });
  app.route({ method: "GET", path: "/anybody", metadata: [Guard.entry(() => true)], handler });
  app.route({ method: "GET", path: "/public", metadata: [Public.entry()], handler });
};
/** Who one is to the app, or the code of the refusal. */
export const ask = async (app: App, request: Partial<InjectRequest> = {}) => {
  const { code, text } = await app.inject({ method: "GET", path: "/me", ...request });
  return code === "2.05" ? text : code;
};
