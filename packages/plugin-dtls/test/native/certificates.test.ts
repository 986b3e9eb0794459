import { X509Certificate } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import type { CertificateOptions } from "../../src/native/context-options.js";
import { EndReason, Flag } from "../../src/native/scratch-layout.js";
import { certificateOptions, pskOptions } from "../native-support/credentials.js";
import { certificatesOf, fixture, publicKeyOf } from "../native-support/fixtures.js";
import { connect, createContext, destroyContexts, engine, opened, sealed } from "../native-support/harness.js";
import { Pair } from "../native-support/pair.js";

afterEach(destroyContexts);

const Alert = { badCertificate: 42, unknownAuthority: 48, handshakeFailure: 40 } as const;

function withCertificates(server: CertificateOptions, client: CertificateOptions, serverName = "server.test"): Pair {
  const options = certificateOptions();
  return new Pair({
    server: { ...options.server, certificates: server },
    client: { ...options.client, certificates: client },
    connect: { serverName },
  }).handshake();
}

const server = certificatesOf("server");
const client = certificatesOf("client");
const authorities = fixture("root.pem");

describe("certificates", () => {
  it("are checked on both sides, and each side gets the other's", () => {
    const pair = withCertificates(server, client);
    expect(pair.isEstablished).toBe(true);
    const subjectOf = (der: Uint8Array | undefined) => new X509Certificate(der ?? new Uint8Array()).subject;
    expect(subjectOf(engine.info(pair.server).peerCertificate)).toBe("CN=client.test");
    expect(subjectOf(engine.info(pair.client).peerCertificate)).toBe("CN=server.test");
  });

  it("of a server may be checked for an address instead of a name", () => {
    expect(withCertificates(server, client, "127.0.0.1").isEstablished).toBe(true);
  });

  it.each(["other.test", "127.0.0.2", "test"])("of a server are refused for the name %s", (name) => {
    const pair = withCertificates(server, client, name);
    const alert = Alert.badCertificate;
    expect(pair.endOf("client")).toMatchObject({
      flags: Flag.failed,
      endReason: EndReason.peerNotTrusted,
      alert,
    });
    expect(pair.endOf("server")).toMatchObject({ flags: Flag.failed, endReason: EndReason.alertReceived, alert });
  });

  it("of a server are refused where their issuer is not trusted", () => {
    const pair = withCertificates(server, { ...client, authorities: fixture("other-root.pem") });
    const { endReason, alert } = pair.endOf("client") ?? {};
    expect([endReason, alert]).toEqual([EndReason.peerNotTrusted, Alert.unknownAuthority]);
  });

  it("of a client are refused where their issuer is not trusted", () => {
    const stranger = { chain: fixture("stranger.pem"), privateKey: fixture("stranger.key.pem"), authorities };
    const pair = withCertificates(server, stranger);
    const { endReason, alert } = pair.endOf("server") ?? {};
    expect([endReason, alert]).toEqual([EndReason.peerNotTrusted, Alert.unknownAuthority]);
    expect(pair.saw("server", Flag.established)).toBe(false);
  });

  it("for servers only are refused from a client", () => {
    const pair = withCertificates(server, server);
    expect(pair.endOf("server")?.endReason).toBe(EndReason.peerNotTrusted);
  });

  it("of clients are required, unless asked otherwise", () => {
    const withoutCertificate = { authorities };
    expect(withCertificates(server, withoutCertificate).endOf("server")?.alert).toBe(Alert.handshakeFailure);
    for (const clientCertificate of ["request", "none"] as const) {
      const pair = withCertificates({ ...server, clientCertificate }, withoutCertificate);
      expect(pair.isEstablished).toBe(true);
      expect(engine.info(pair.server).peerCertificate).toBeUndefined();
    }
  });

  it("of servers are checked, also by a context that does not ask clients for one", () => {
    const pair = withCertificates(server, { authorities: fixture("other-root.pem"), clientCertificate: "none" });
    expect(pair.endOf("client")?.endReason).toBe(EndReason.peerNotTrusted);
  });

  it("trust nobody where no authorities are named", () => {
    const pair = withCertificates(server, { ...client, authorities: "" });
    expect(pair.endOf("client")?.endReason).toBe(EndReason.peerNotTrusted);
  });

  it("need the server's name", () => {
    const context = createContext({ certificates: client });
    expect(() => connect(context, {})).toThrow("serverName is needed");
  });

  it.each([
    [{ chain: "nonsense", privateKey: server.privateKey }, "certificates.chain has no certificate in PEM"],
    [{ chain: server.chain, privateKey: "nonsense" }, "certificates.privateKey is no unencrypted private key in PEM"],
    [{ chain: server.chain, privateKey: client.privateKey }, "does not fit the first certificate"],
    [{ ...server, authorities: "nonsense" }, "certificates.authorities has no certificate in PEM"],
  ])("that cannot be read are refused with the reason (%#)", (certificates, reason) => {
    expect(() => createContext({ certificates })).toThrow(reason);
  });
});

describe("a context with pre-shared keys and certificates", () => {
  it("serves clients with either", () => {
    const both = { certificates: server, preSharedKeys: {} };
    const { connect: psk, keys = {}, client: pskClient } = pskOptions();
    const withKey = new Pair({ server: both, client: pskClient, connect: psk, keys }).handshake();
    const withCertificate = new Pair({ ...certificateOptions(), server: both }).handshake();
    for (const pair of [withKey, withCertificate]) {
      expect(pair.isEstablished).toBe(true);
      expect(opened(pair.server, sealed(pair.client, "up"))).toEqual(["up"]);
    }
  });

  it("connects with the key where one is given", () => {
    const both = { certificates: client, preSharedKeys: {} };
    const { connect: psk, keys = {} } = pskOptions();
    const pair = new Pair({ server: { ...both, certificates: server }, client: both, connect: psk, keys }).handshake();
    expect(pair.isEstablished).toBe(true);
    expect(engine.info(pair.client).cipherSuite).toContain("_PSK_");
  });
});

const hasRawPublicKeys = Number.parseFloat(process.versions.openssl) >= 3.2;

describe(
  `raw public keys, with OpenSSL ${process.versions.openssl}`,
  hasRawPublicKeys ? describeRawPublicKeys : describeRefusal,
);

function describeRefusal() {
  it("are refused with what to do", () => {
    const rawPublicKeys = { privateKey: server.privateKey, acceptedPeers: [] };
    expect(() => createContext({ rawPublicKeys })).toThrow("use Node.js 22 or later");
  });
}

function describeRawPublicKeys() {
  const pairAccepting = (ofServer: Uint8Array[], ofClient: Uint8Array[]) =>
    new Pair({
      server: { rawPublicKeys: { privateKey: server.privateKey, acceptedPeers: ofServer } },
      client: { rawPublicKeys: { privateKey: client.privateKey, acceptedPeers: ofClient } },
      connect: {},
    }).handshake();

  it("are accepted where they are in the list, and each side gets the other's", () => {
    const pair = pairAccepting([publicKeyOf("client")], [publicKeyOf("server")]);
    expect(pair.isEstablished).toBe(true);
    expect(engine.info(pair.server).peerPublicKey).toEqual(publicKeyOf("client"));
    expect(engine.info(pair.client).peerPublicKey).toEqual(publicKeyOf("server"));
    expect(opened(pair.server, sealed(pair.client, "up"))).toEqual(["up"]);
  });

  it("are refused where they are not", () => {
    const toServer = pairAccepting([publicKeyOf("server")], [publicKeyOf("server")]);
    expect(toServer.endOf("server")?.endReason).toBe(EndReason.peerNotTrusted);
    const toClient = pairAccepting([publicKeyOf("client")], []);
    expect(toClient.endOf("client")?.endReason).toBe(EndReason.peerNotTrusted);
  });

  it("do not let a certificate in, trusted or not", () => {
    const { server: _, ...rest } = certificateOptions("TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8");
    const rawPublicKeys = { privateKey: server.privateKey, acceptedPeers: [publicKeyOf("client")] };
    const pair = new Pair({ ...rest, server: { rawPublicKeys } }).handshake();
    expect([pair.saw("server", Flag.established), pair.saw("server", Flag.failed)]).toEqual([false, true]);
  });
}
