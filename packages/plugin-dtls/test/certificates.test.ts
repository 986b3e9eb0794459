import { createPrivateKey, createPublicKey } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import type { DtlsOptions } from "../src/dtls-plugin.js";
import { Certificates, type Issued } from "./support/certificates.js";
import { countersOf, SERVER, Stations, textsOf } from "./support/stations.js";

const certificates = new Certificates();
afterAll(() => certificates.remove());
const authority = certificates.authority("Test authority");
const stranger = certificates.authority("Stranger");
const alternatives = `IP:${SERVER},DNS:server.example`;
const server = certificates.issue(authority, { name: "server", alternatives });
const expired = certificates.issue(authority, { name: "server", alternatives, days: -1 });
const elsewhere = certificates.issue(authority, { name: "server", alternatives: "DNS:elsewhere.example" });
const device = certificates.issue(authority, { name: "device-7", alternatives: "URI:urn:dev:ops:32473-7" });
const expiredDevice = certificates.issue(authority, { name: "device-7", days: -1 });
const strangeDevice = certificates.issue(stranger, { name: "device-7" });

const ca = authority.certificate;
const own = ({ certificate, key }: Issued) => ({ certificate, key });
const serving = (issued: Issued, rest: DtlsOptions = {}): DtlsOptions => ({ ...own(issued), ca, ...rest });
const calling = (issued?: Issued, rest: DtlsOptions["client"] = {}): DtlsOptions => ({
  client: { ...(issued && own(issued)), ca, ...rest },
});

describe("a session with certificates", () => {
  it.each(["TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"] as const)(
    "of both sides and %s says who is who",
    async (suite) => {
      const stations = new Stations();
      const there = await stations.server(serving(server, { cipherSuites: [suite] }));
      const here = await stations.client(calling(device));
      const peer = await stations.connect(here);
      await stations.say(here, peer, "hello");
      const caller = there.received[0]?.peer ?? -1;
      expect(there.transport.principalOf(caller)).toMatchObject({ source: "certificate", name: "urn:dev:ops:32473-7" });
      expect(here.transport.principalOf(peer)).toMatchObject({ source: "certificate", name: SERVER });
    },
  );

  it("does without that of the client where it may", async () => {
    const stations = new Stations();
    for (const verifyClient of ["none", "optional"] as const) {
      const there = await stations.server(serving(server, { verifyClient }));
      const here = await stations.client(calling());
      await stations.say(here, await stations.connect(here), "hello");
      expect(textsOf(there)).toEqual(["hello"]);
      expect(there.transport.principalOf(there.received[0]?.peer ?? -1)).toBeUndefined();
      await here.transport.close();
      await there.transport.close();
    }
  });

  it("fits a path that carries 300 bytes, in parts, also where some of them are lost", async () => {
    const stations = new Stations({ mtuBytes: 300, loss: 0.05, seed: 3 });
    const small = { mtuBytes: 300, handshakeTimeoutMs: 120_000 };
    const there = await stations.server({ ...serving(server), ...small });
    const here = await stations.client({ ...calling(device), ...small });
    await stations.connect(here);
    expect(countersOf(there)).toMatchObject({ sessions: 1, handshakes: 0 });
    expect(stations.network.log.filter(({ fate }) => fate === "too large")).toEqual([]);
  });

  it("serves another name of the same address where the certificate has it too, and only then", async () => {
    const stations = new Stations();
    stations.network.transport({ address: SERVER, name: "server.example" });
    stations.network.transport({ address: SERVER, name: "other.example" });
    await stations.server(serving(server, { verifyClient: "none" }));
    const here = await stations.client(calling());
    const peer = await stations.connect(here, "server.example");
    expect(await stations.connect(here, SERVER)).toBe(peer);
    expect(countersOf(here).handshakesStarted).toBe(1);
    expect(await stations.failure(here, "other.example")).toMatchObject({ code: "COAPKIT_ERR_DTLS_PEER_NOT_TRUSTED" });
    expect(await stations.connect(here, "server.example")).toBe(peer);
  });
});

describe("a server's certificate is not accepted", () => {
  it.each<[string, Issued, DtlsOptions["client"], string]>([
    ["when it has expired", expired, {}, "certificate_expired (45)"],
    ["of an unknown authority", server, { ca: stranger.certificate }, "unknown_ca (48)"],
    ["for another host", elsewhere, {}, "(4"],
    ["for another name than expected", server, { serverName: "elsewhere.example" }, "(4"],
  ])("%s", async (_, issued, rest, alert) => {
    const stations = new Stations();
    const there = await stations.server(serving(issued, { verifyClient: "none" }));
    const here = await stations.client(calling(undefined, rest));
    const error = await stations.failure(here);
    expect(error).toMatchObject({
      code: "COAPKIT_ERR_DTLS_PEER_NOT_TRUSTED",
      message: expect.stringContaining(alert),
    });
    await stations.clock.advance(20); // the alert is under way
    expect(countersOf(there)).toMatchObject({ sessions: 0, handshakes: 0, handshakesFailed: 1 });
  });
});

describe("a client's certificate is not accepted", () => {
  it.each<[string, Issued | undefined, string]>([
    ["when it has expired", expiredDevice, "certificate_expired (45)"],
    ["of an unknown authority", strangeDevice, "unknown_ca (48)"],
    ["when it is missing", undefined, "handshake_failure (40)"],
  ])("%s", async (_, issued, alert) => {
    const stations = new Stations();
    const there = await stations.server(serving(server));
    const here = await stations.client(calling(issued));
    expect(await stations.failure(here)).toMatchObject({
      code: "COAPKIT_ERR_DTLS_HANDSHAKE",
      message: expect.stringContaining(alert),
    });
    expect(countersOf(there)).toMatchObject({ sessions: 0, handshakes: 0, handshakesFailed: 1 });
  });

  it("when it is bad, even where none is needed", async () => {
    const stations = new Stations();
    const there = await stations.server(serving(server, { verifyClient: "optional" }));
    const here = await stations.client(calling(strangeDevice));
    expect(await stations.failure(here)).toMatchObject({ code: "COAPKIT_ERR_DTLS_HANDSHAKE" });
    expect(countersOf(there).sessions).toBe(0);
  });
});

describe("raw public keys", () => {
  const publicKeyOf = ({ key }: Issued) =>
    createPublicKey(createPrivateKey(key)).export({ format: "pem", type: "spki" }) as string;
  const raw = (mine: Issued, theirs: Issued) => ({
    rawPublicKeys: { key: mine.key, acceptedPeers: [publicKeyOf(theirs)] },
  });
  const [major = 0, minor = 0] = (process.versions.openssl ?? "").split(".").map(Number);
  const isSupported = major > 3 || (major === 3 && minor >= 2);

  it.runIf(isSupported)("make a session between those who accept each other", async () => {
    const stations = new Stations();
    const there = await stations.server(raw(server, device));
    const here = await stations.client({ client: raw(device, server) });
    await stations.say(here, await stations.connect(here), "hello");
    const principal = there.transport.principalOf(there.received[0]?.peer ?? -1);
    expect(principal).toMatchObject({ source: "raw-public-key", name: expect.stringMatching(/^ni:\/\/\/sha-256;/) });
  });

  it.runIf(isSupported)("make none with anybody else", async () => {
    const stations = new Stations();
    const there = await stations.server(raw(server, expiredDevice));
    const here = await stations.client({ client: raw(device, server) });
    expect(await stations.failure(here)).toMatchObject({ code: "COAPKIT_ERR_DTLS_HANDSHAKE" });
    expect(countersOf(there).sessions).toBe(0);
  });

  it.runIf(!isSupported)("are refused in clear words by Node versions that cannot do them", async () => {
    const stations = new Stations();
    await expect(stations.server(raw(server, device))).rejects.toMatchObject({
      code: "COAPKIT_ERR_OPTIONS_INVALID",
      message: expect.stringMatching(/raw ?public ?key|RFC 7250/i),
    });
  });
});
