import { type App, nativeEngine } from "@coapkit/core";
import { nodeCoap } from "@coapkit/engine-node-coap";
import { PrincipalSource } from "@coapkit/protocol";
import { createTestClient, type TestClient } from "@coapkit/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ask, type CallerName, GRANTS, GUARD_CASES } from "./support/guard-cases.js";
import { GuardedResource, UnguardedResource } from "./support/guarded-resource.js";
import { bearing, injectFresh, testApp, tokenOf } from "./support/test-app.js";

const ENGINES = [
  ["native", nativeEngine()],
  ["node-coap", nodeCoap()],
] as const;
const resources = [GuardedResource, UnguardedResource];
const optionsOf = async (caller: CallerName) => (caller === "nobody" ? [] : bearing(await tokenOf(caller)));

/** Runs the table. */
function describeGuards(title: string, open: () => Promise<{ readonly ask: Ask; close(): Promise<void> }>): void {
  describe(title, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    describe.each(GUARD_CASES)("$method $path", ({ method, path, codes }) => {
      it.each(Object.entries(codes) as [CallerName, string][])("answers %s with %s", async (caller, code) => {
        expect(await opened.ask(caller, method, path)).toBe(code);
      });
    });
  });
}

describeGuards("guards of injected requests with tokens", async () => {
  const { app } = await testApp({}, { resources });
  return {
    ask: async (caller, method, path) =>
      (await injectFresh(app, { method, path, options: await optionsOf(caller) })).code,
    close: () => app.close(),
  };
});

describeGuards("guards of peers that their transport has authenticated", async () => {
  const { app } = await testApp({ tokens: [], grantsOf: ({ name }) => GRANTS[name] }, { resources });
  return { ask: askSecured(app), close: () => app.close() };
});

describeGuards("guards with grants that have to be waited for", async () => {
  const { app } = await testApp({ tokens: [], grantsOf: async ({ name }) => GRANTS[name] }, { resources });
  return { ask: askSecured(app), close: () => app.close() };
});

for (const [name, engine] of ENGINES) {
  describeGuards(`guards over UDP on the ${name} engine`, async () => {
    const { app } = await testApp({}, { resources, engine });
    const { port } = await app.listen("coap://127.0.0.1:0");
    const client = createTestClient(nativeEngine(), { baseUri: `coap://127.0.0.1:${port}` });
    return {
      ask: async (caller, method, path) => {
        const send = client[method.toLowerCase() as Exclude<keyof TestClient, "observe" | "close">].bind(client);
        return (await send(path, { options: await optionsOf(caller) })).code; // the client repeats with Echo by itself
      },
      close: async () => {
        await client.close();
        await app.close();
      },
    };
  });
}

function askSecured(app: App): Ask {
  return async (caller, method, path) => {
    const principal = { source: PrincipalSource.Psk, name: caller };
    const peer = caller === "nobody" ? {} : { scheme: "coaps", key: `session of ${caller}`, principal };
    return (await injectFresh(app, { method, path, peer })).code;
  };
}
