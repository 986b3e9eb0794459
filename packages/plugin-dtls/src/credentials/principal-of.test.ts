import { createHash, generateKeyPairSync, X509Certificate } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { Certificates, type Subject } from "../../test/support/certificates.js";
import type { DtlsSessionInfo } from "../native/session-info.js";
import { certificateName, principalOf } from "./principal-of.js";

const certificates = new Certificates();
afterAll(() => certificates.remove());
const authority = certificates.authority("Test authority");
const derOf = (subject: Subject): Uint8Array =>
  new X509Certificate(certificates.issue(authority, subject).certificate).raw;

function infoOf(known: Partial<DtlsSessionInfo>): DtlsSessionInfo {
  return {
    role: "server",
    stage: "established",
    cipherSuite: undefined,
    extendedMasterSecret: true,
    pskIdentity: undefined,
    peerCertificate: undefined,
    peerPublicKey: undefined,
    connectionId: undefined,
    peerConnectionId: undefined,
    authenticationFailures: 0,
    ...known,
  };
}

describe("principalOf", () => {
  it("names a client by its PSK identity", () => {
    expect(principalOf(infoOf({ pskIdentity: Buffer.from("device-1") }))).toEqual({ source: "psk", name: "device-1" });
  });

  it("does not take a server for this side's own identity", () => {
    expect(principalOf(infoOf({ role: "client", pskIdentity: Buffer.from("device-1") }))).toBeUndefined();
  });

  it("names nobody where nothing was proven", () => {
    expect(principalOf(infoOf({}))).toBeUndefined();
  });

  it("names a public key by its hash", () => {
    const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "der", type: "spki" });
    expect(principalOf(infoOf({ peerPublicKey: key }))).toEqual({
      source: "raw-public-key",
      name: `ni:///sha-256;${createHash("sha256").update(key).digest("base64url")}`,
      credential: key,
    });
  });

  it("names a certificate, and hands it over", () => {
    const peerCertificate = derOf({ name: "device-7" });
    expect(principalOf(infoOf({ peerCertificate }))).toEqual({
      source: "certificate",
      name: "device-7",
      credential: peerCertificate,
    });
  });
});

describe("certificateName", () => {
  it.each<[string, Subject, string]>([
    [
      "the first alternative name",
      { name: "x", alternatives: "URI:urn:dev:mac:0024befffe804ff1,DNS:b" },
      "urn:dev:mac:0024befffe804ff1",
    ],
    ["a host", { name: "x", alternatives: "DNS:device-7.example" }, "device-7.example"],
    ["the common name without one", { name: "device-7" }, "device-7"],
  ])("is %s", (_, subject, name) => {
    expect(certificateName(derOf(subject))).toBe(name);
  });

  it("is the fingerprint where the subject has no name", () => {
    const der = derOf({ name: "/O=Nobody" });
    expect(certificateName(der)).toBe(new X509Certificate(der).fingerprint256);
  });

  it("is the fingerprint where Node cannot read the certificate", () => {
    expect(certificateName(Uint8Array.of(0x30, 0x03, 0x01))).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  it("does not let a name hold another one", () => {
    const der = derOf({ name: "x", alternatives: "@names\n[names]\nURI.1=urn:a, DNS:evil" });
    expect(certificateName(der)).toBe("urn:a, DNS:evil");
  });
});
