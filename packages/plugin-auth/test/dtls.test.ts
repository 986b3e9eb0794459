import { execFileSync } from "node:child_process";
import { type App, createApp, type MethodName } from "@coapkit/core";
import { dtls } from "@coapkit/plugin-dtls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auth, jwt } from "../src/index.js";
import { type CallerName, GRANTS, GUARD_CASES } from "./support/guard-cases.js";
import { GuardedResource, UnguardedResource } from "./support/guarded-resource.js";
import { AUDIENCE, bearing, SECRET, silent, tokenOf } from "./support/test-app.js";

const KEY = "the key of every device of the test";
const psk = Object.fromEntries([...Object.keys(GRANTS), "gateway"].map((name) => [name, KEY]));
const verifier = () => jwt({ secret: SECRET, audience: AUDIENCE });
/** A token by the real calendar. */
const bearerOf = (name: string) => tokenOf(name, { exp: Math.floor(Date.now() / 1000) + 3600 });

/** A client with a key of its own; somebody unknown comes over plain UDP. */
async function clientApp(identity: string): Promise<App> {
  const app = await createApp({ logger: silent, plugins: [dtls({ client: { psk: { identity, key: KEY } } })] });
  await app.ready();
  return app;
}

describe("guards of peers with pre-shared keys, over DTLS", () => {
  let server: App;
  const ports = { coap: 0, coaps: 0 };
  const clients = new Map<string, App>();

  beforeAll(async () => {
    server = await createApp({
      logger: silent,
      resources: [GuardedResource, UnguardedResource],
      plugins: [
        auth({
          grantsOf: ({ name }) => GRANTS[name],
          tokens: [verifier()],
          loginPath: "/login",
          securedTokensOnly: true,
        }),
        dtls({ psk }),
      ],
    });
    for (const scheme of ["coap", "coaps"] as const)
      ports[scheme] = (await server.listen(`${scheme}://127.0.0.1:0`)).port;
    for (const name of ["nobody", ...Object.keys(GRANTS), "gateway"]) clients.set(name, await clientApp(name));
  });
  afterAll(async () => {
    for (const app of [...clients.values(), server]) await app.close();
  });

  const ask = async (caller: string, method: MethodName, path: string, token?: string): Promise<string> => {
    const scheme = caller === "nobody" ? "coap" : "coaps";
    const { client } = clients.get(caller) as App;
    const uri = `${scheme}://127.0.0.1:${ports[scheme]}${path}`;
    const options = { throwOnError: false, ...(token === undefined ? {} : { options: bearing(token) }) } as const;
    const name = method.toLowerCase();
    const reply =
      method === "GET" || method === "DELETE"
        ? await client[name as "get"](uri, options)
        : await client[name as "put"](uri, undefined, options);
    return reply.codeText;
  };

  describe.each(GUARD_CASES)("$method $path", ({ method, path, codes }) => {
    it.each(Object.entries(codes) as [CallerName, string][])("answers %s with %s", async (caller, code) => {
      expect(await ask(caller, method, path)).toBe(code);
    });
  });

  it("take a token over DTLS, and none over plain UDP", async () => {
    const token = await bearerOf("writer");
    expect(await ask("stranger", "PUT", "/guarded/write", token)).toBe("2.04");
    expect(await ask("nobody", "PUT", "/guarded/write", token)).toBe("4.01");
  });

  it("know who has logged in, for as long as its session lasts, and until it logs out", async () => {
    const token = await bearerOf("reader");
    expect(await ask("gateway", "GET", "/guarded/class")).toBe("4.03");
    expect(await ask("gateway", "POST", "/login", token)).toBe("2.04");
    expect(await ask("gateway", "GET", "/guarded/class")).toBe("2.05");
    expect(await ask("stranger", "GET", "/guarded/class")).toBe("4.03");
    const another = await clientApp("gateway");
    const uri = `coaps://127.0.0.1:${ports.coaps}/guarded/class`;
    expect((await another.client.get(uri, { throwOnError: false })).codeText).toBe("4.03");
    await another.close();
    expect(await ask("gateway", "DELETE", "/login")).toBe("2.02");
    expect(await ask("gateway", "GET", "/guarded/class")).toBe("4.03");
    expect(await ask("nobody", "POST", "/login", token)).toBe("4.01");
  });
});

describe("a client without a key of its own, over DTLS", () => {
  it("logs in for its session, and no other one", async () => {
    const { certificate, key } = selfSigned();
    const server = await createApp({
      logger: silent,
      resources: [GuardedResource],
      plugins: [auth({ tokens: [verifier()], loginPath: "/login" }), dtls({ certificate, key, verifyClient: "none" })],
    });
    const { port } = await server.listen("coaps://127.0.0.1:0");
    const uri = (path: string) => `coaps://127.0.0.1:${port}${path}`;
    const clients: App[] = [];
    for (let i = 0; i < 2; i++) {
      const client = await createApp({ logger: silent, plugins: [dtls({ client: { ca: certificate } })] });
      await client.ready();
      clients.push(client);
    }
    const codes = () =>
      Promise.all(
        clients.map(async ({ client }) => (await client.get(uri("/guarded/class"), { throwOnError: false })).codeText),
      );
    expect(await codes()).toEqual(["4.01", "4.01"]);
    expect((await (clients[0] as App).client.post(uri("/login"), await bearerOf("reader"))).codeText).toBe("2.04");
    expect(await codes()).toEqual(["2.05", "4.01"]);
    for (const app of [...clients, server]) await app.close();
  });
});

/** A certificate for 127.0.0.1 that is its own authority. */
function selfSigned(): { readonly certificate: string; readonly key: string } {
  const name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "-"];
  const printed = execFileSync("openssl", ["req", "-x509", ...newKey, ...name, "-days", "2"], {
    encoding: "utf8",
    stdio: "pipe",
  });
  const part = (label: string) =>
    new RegExp(`-----BEGIN ${label}-----[^]*?-----END ${label}-----\n`).exec(printed)?.[0] ?? "";
  return { certificate: part("CERTIFICATE"), key: part("PRIVATE KEY") };
}
