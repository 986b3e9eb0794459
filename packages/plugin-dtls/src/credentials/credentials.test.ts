import { generateKeyPairSync } from "node:crypto";
import { readOptionsSync } from "@coapkit/core";
import { afterAll, describe, expect, it } from "vitest";
import { Certificates } from "../../test/support/certificates.js";
import { credentialsOf } from "./credentials.js";
import { dtlsOptions, type InputOf } from "./dtls-options.js";

const certificates = new Certificates();
afterAll(() => certificates.remove());
const authority = certificates.authority("Test authority");
const server = certificates.issue(authority, { name: "server", alternatives: "DNS:localhost" });
const other = certificates.issue(authority, { name: "other" });
const { certificate, key } = server;
const ca = authority.certificate;

const read = (options: unknown) =>
  credentialsOf(readOptionsSync("dtls", dtlsOptions, options as InputOf<typeof dtlsOptions>));
const rsaKey = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey.export({ format: "pem", type: "pkcs8" });
const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const rawKey = privateKey.export({ format: "pem", type: "pkcs8" });
const rawPeer = publicKey.export({ format: "der", type: "spki" });

describe("credentialsOf", () => {
  it("makes a server with pre-shared keys", async () => {
    const credentials = read({ psk: { "device-1": "secret" }, identityHint: "plant-4" });
    expect(credentials.client).toBeUndefined();
    expect(credentials.server?.context).toMatchObject({
      preSharedKeys: { identityHint: "plant-4", concealUnknownIdentities: true },
      connectionId: { lengthBytes: 8 },
      mtuBytes: 1_232,
    });
    expect(await credentials.server?.lookUpPsk("device-1")).toBe("secret");
    expect(await credentials.server?.lookUpPsk("device-2")).toBeUndefined();
  });

  it("makes a server with certificates, from texts or bytes", () => {
    const credentials = read({
      certificate: Buffer.from(certificate),
      key,
      ca: [ca, other.certificate],
      verifyClient: "optional",
    });
    expect(credentials.server?.context.certificates).toEqual({
      chain: certificate,
      privateKey: key,
      authorities: `${ca}\n${other.certificate}`,
      clientCertificate: "request",
    });
    expect(credentials.server?.context.preSharedKeys).toBeUndefined();
  });

  it("makes a server with raw public keys", () => {
    const acceptedPeers = [rawPeer, publicKey.export({ format: "pem", type: "spki" })];
    const credentials = read({ rawPublicKeys: { key: rawKey, acceptedPeers } });
    expect(credentials.server?.context.rawPublicKeys).toEqual({
      privateKey: rawKey,
      acceptedPeers: [rawPeer, rawPeer],
    });
  });

  it("makes a client whose identity depends on the server", async () => {
    const psk = async ({ host, port }: { host: string; port: number }) =>
      host === "gateway.example" && port === 5684 ? { identity: "app", key: Uint8Array.of(1) } : undefined;
    const { client, server } = read({ client: { psk } });
    expect(server).toBeUndefined();
    expect(await client?.connectOptions("gateway.example", 5684)).toEqual({
      serverName: "gateway.example",
      pskIdentity: "app",
      pskKey: Uint8Array.of(1),
    });
    expect(await client?.connectOptions("10.0.0.1", 5684)).toBeUndefined();
  });

  it("makes a client that checks names, of hosts or as told", async () => {
    const { client } = read({ client: { ca } });
    expect(await client?.connectOptions("127.0.0.1", 5684)).toEqual({ serverName: "127.0.0.1" });
    const told = read({ client: { ca, serverName: "localhost" } }).client;
    expect(await told?.connectOptions("127.0.0.1", 5684)).toEqual({ serverName: "localhost" });
    const psk = read({ client: { psk: { identity: "app", key: "k" } } }).client;
    expect(await psk?.connectOptions("127.0.0.1", 5684)).not.toHaveProperty("serverName");
  });

  it("rejects a request whose look-up gives no key", async () => {
    const { client } = read({ client: { psk: () => ({ identity: "app", key: "" }) } });
    await expect(client?.connectOptions("h", 1)).rejects.toMatchObject({ code: "COAPKIT_ERR_OPTIONS_INVALID" });
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["no credentials at all", {}, /psk: is missing, and so is everything/],
    ["a key without certificate", { key }, /certificate: is missing, but key is there/],
    ["a certificate without key", { certificate, ca }, /key: is missing, but certificate is there/],
    ["a key of another certificate", { certificate, key: other.key, ca }, /key: is not that of the first certificate/],
    ["a path in the place of a certificate", { certificate: "/etc/server.pem", key, ca }, /certificate: has no "BEGIN/],
    ["a path in the place of a key", { certificate, key: "/etc/server.key", ca }, /key: is no unencrypted private key/],
    ["an RSA key", { certificate, key: rsaKey, ca }, /key: is a key of type rsa/],
    ["clients to verify without ca", { certificate, key }, /ca: is missing, but verifyClient is "require"/],
    ["a server that only has a ca", { ca }, /certificate: is missing, but ca is there/],
    [
      "certificates and raw keys",
      { ca, rawPublicKeys: { key: rawKey, acceptedPeers: [rawPeer] } },
      /rawPublicKeys: excludes/,
    ],
    ["raw keys without peers", { rawPublicKeys: { key: rawKey } }, /acceptedPeers: is empty/],
    [
      "a peer that is no key",
      { rawPublicKeys: { key: rawKey, acceptedPeers: ["x"] } },
      /acceptedPeers\[0\]: is no public key/,
    ],
    ["an unknown option of raw keys", { rawPublicKeys: { pin: 1 } }, /rawPublicKeys\).*pin: unknown option/],
    ["an empty key", { psk: { "device-1": "" } }, /psk: the key of "device-1"/],
    ["an unknown option of the client", { client: { cert: 1 } }, /client\).*cert: unknown option/],
    ["a client without credentials", { client: {} }, /client: has no credentials/],
    ["a client that trusts nobody", { client: { certificate, key } }, /client.ca: is missing/],
    ["an identity with NUL", { client: { psk: { identity: "a\0", key: "k" } } }, /client.psk: identity/],
    [
      "a short connection ID",
      { psk: { d: "k" }, connectionId: { lengthBytes: 7, prefix: Uint8Array.of(1, 2) } },
      /lengthBytes: is 7/,
    ],
  ])("refuses %s", (_, options, message) => {
    expect(() => read(options)).toThrow(message);
  });

  it("says no secrets", () => {
    const secret = `${"k".repeat(70)}`;
    expect(() => read({ psk: { "device-1": secret } })).toThrow(/^(?!.*kkk)/);
  });
});
