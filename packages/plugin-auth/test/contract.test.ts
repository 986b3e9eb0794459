import { describePluginContract } from "@coapkit/testing";
import { describe, it } from "vitest";
import { auth, jwt, Public } from "../src/index.js";
import { AUDIENCE, bearing, SECRET, tokenOf } from "./support/test-app.js";

const packageJson = new URL("../package.json", import.meta.url);
const verifier = () => jwt({ secret: SECRET, audience: AUDIENCE });

describe("with routes that are public", () => {
  const makePlugin = () => auth({ tokens: [verifier()], hideLinks: true, loginPath: "/login", requestsPerS: 1000 });
  describePluginContract({ describe, it }, makePlugin, { packageJson, routeMetadata: [Public.entry()] });
});

describe("with a token", async () => {
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const requestOptions = bearing(await tokenOf("reader", { exp }));
  const makePlugin = () => auth({ tokens: [verifier()], defaultGuard: "authenticated", failedTokens: 1000 });
  describePluginContract({ describe, it }, makePlugin, { packageJson, requestOptions });
});
