import { createPrivateKey, createPublicKey } from "node:crypto";
import { writeFileSync } from "node:fs";
import { Code, Endpoint, type ServerExchange } from "@coapkit/protocol";
import { udpTransport } from "@coapkit/protocol/udp";
import { coapClient, seededRandom } from "@coapkit/testing";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import type { DtlsOptions } from "../src/dtls-plugin.js";
import type { CipherSuite } from "../src/native/cipher-suite.js";
import { appWith, BIG, serve } from "./support/apps.js";
import { Certificates } from "./support/certificates.js";
import { makeTransport } from "./support/make-transport.js";
import { libcoapServer } from "./support/programs.js";
import { systemClock } from "./support/system-clock.js";

const certificates = new Certificates();
afterAll(() => certificates.remove());
const authority = certificates.authority("Test authority");
const server = certificates.issue(authority, { name: "server", alternatives: "IP:127.0.0.1,DNS:localhost" });
const device = certificates.issue(authority, { name: "device-7" });
const expired = certificates.issue(authority, { name: "device-7", days: -1 });

const psk = { "device-1": "secret key" };
const PSK_ARGS = ["-u", "device-1", "-k", "secret key"];
const SUITES = {
  psk: ["TLS_PSK_WITH_AES_128_CCM_8", "TLS_PSK_WITH_AES_128_GCM_SHA256"],
  ecdsa: ["TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"],
} as const;
const withCertificates: DtlsOptions = {
  certificate: server.certificate,
  key: server.key,
  ca: authority.certificate,
};
const certificateArgs = ({ certificateFile, keyFile } = device) => [
  "-c",
  certificateFile,
  "-j",
  keyFile,
  "-C",
  authority.certificateFile,
];

describe.each(["openssl", "gnutls"] as const)("libcoap's client with %s", (library) => {
  const program = `coap-client-${library}`;
  const ask = (...args: string[]) => coapClient(["-B", "5", ...args], { program });

  it.each(SUITES.psk)("asks with a pre-shared key and %s", async (suite) => {
    const uri = await serve({ psk, cipherSuites: [suite] });
    expect((await ask(...PSK_ARGS, `${uri}/who`)).text).toBe("coaps psk device-1");
  });

  it.each(SUITES.ecdsa)("asks with certificates of both sides and %s", async (suite) => {
    const uri = await serve({ ...withCertificates, cipherSuites: [suite] });
    expect((await ask(...certificateArgs(), `${uri}/who`)).text).toBe("coaps certificate device-7");
  });

  it("gets a body block by block, and a separate response", async () => {
    const uri = await serve({ psk });
    expect((await ask(...PSK_ARGS, `${uri}/big`)).text).toBe(BIG);
    const slow = await ask(...PSK_ARGS, `${uri}/slow`);
    expect(slow.text).toBe("separate");
    expect(slow.messages.map(({ type, code }) => `${type} ${code}`)).toEqual(["CON GET", "CON 2.05"]);
  });

  it("sends a body block by block", async () => {
    const uri = await serve({ psk });
    const sent = await coapClient([...PSK_ARGS, "-m", "put", "-b", "128", "-f", "-", `${uri}/size`], {
      program,
      stdin: BIG,
    });
    expect(sent.text).toBe(String(BIG.length));
  });

  it("observes", async () => {
    const exchanges: ServerExchange[] = [];
    const state = (payload: string) => ({ code: Code.Content, contentFormat: 0, options: [], payload });
    const endpoint = new Endpoint({
      transport: makeTransport(udpTransport({ host: "127.0.0.1" }), { psk }, { clock: systemClock }),
      clock: systemClock,
      random: seededRandom(1),
      onRequest: (exchange) => {
        if (!exchange.notify(state("0 "))) return exchange.respond(state("end"));
        exchanges.push(exchange);
        exchange.onInterestLost(() => exchanges.splice(exchanges.indexOf(exchange), 1));
        for (const text of ["1 ", "2 "]) setImmediate(() => exchange.notify(state(text), true));
      },
    });
    const { port } = await endpoint.open();
    onTestFinished(() => endpoint.close());
    const reply = await ask(...PSK_ARGS, "-s", "2", `coaps://127.0.0.1:${port}/state`);
    expect(reply.text).toMatch(/^0 (1 )?2 /); // the newest takes the place of one that waits
    expect(exchanges).toEqual([]);
  });

  it.each([
    ["a wrong key", { psk }, ["-u", "device-1", "-k", "wrong key"]],
    ["an unknown identity", { psk }, ["-u", "device-9", "-k", "secret key"]],
    ["an unknown identity that is told so", { psk, concealUnknownIdentities: false }, ["-u", "x", "-k", "secret key"]],
    ["an expired certificate", withCertificates, certificateArgs(expired)],
  ])("gets nothing with %s", async (_, options, args) => {
    const uri = await serve(options);
    const reply = await coapClient(["-B", "1", ...args, `${uri}/who`], { program });
    expect([reply.code, reply.text]).toEqual([undefined, ""]);
  });
});

describe.each(["openssl", "gnutls"] as const)("libcoap's server with %s", (library) => {
  const program = `coap-server-${library}`;

  async function asking(client: DtlsOptions["client"]) {
    const app = await appWith({ client, handshakeTimeoutMs: 3_000 });
    await app.ready();
    return app.client;
  }

  it.each<CipherSuite>(SUITES.psk)("answers a pre-shared key with %s", async (suite) => {
    const uri = await libcoapServer(program, ["-k", "secret key", "-u", "device-1"]);
    const client = await asking({ psk: { identity: "device-1", key: "secret key" }, cipherSuites: [suite] });
    const { payload } = await client.get(`${uri}/`);
    expect(Buffer.from(payload).toString()).toContain("libcoap");
  });

  it.each<CipherSuite>(SUITES.ecdsa)("answers a certificate with %s", async (suite) => {
    const uri = await libcoapServer(program, certificateArgs(server));
    const { certificate, key } = device;
    const client = await asking({ certificate, key, ca: authority.certificate, cipherSuites: [suite] });
    const { payload } = await client.get(`${uri}/`);
    expect(Buffer.from(payload).toString()).toContain("libcoap");
  });

  it("keeps a large body and gives it back", async () => {
    const uri = await libcoapServer(program, ["-k", "secret key", "-u", "device-1"]);
    const client = await asking({ psk: { identity: "device-1", key: "secret key" } });
    await client.put(`${uri}/example_data`, BIG, { contentFormat: 0 });
    expect(Buffer.from((await client.get(`${uri}/example_data`)).payload).toString()).toBe(BIG);
  });

  it("is observed", async () => {
    const uri = await libcoapServer(program, ["-k", "secret key", "-u", "device-1"]);
    const client = await asking({ psk: { identity: "device-1", key: "secret key" } });
    const times: string[] = [];
    for await (const { payload } of client.observe(`${uri}/time`)) {
      times.push(Buffer.from(payload).toString());
      if (times.length === 2) break;
    }
    expect(times[0]).not.toBe(times[1]);
  });

  it("refuses a wrong key, and that takes time to find out", async () => {
    const uri = await libcoapServer(program, ["-k", "secret key", "-u", "device-1"]);
    const client = await asking({ psk: { identity: "device-1", key: "wrong key" } });
    await expect(client.get(`${uri}/`)).rejects.toMatchObject({
      code: expect.stringMatching(/^COAPKIT_ERR_DTLS_HANDSHAKE/),
    });
  });

  it("is not trusted without its authority", async () => {
    const uri = await libcoapServer(program, certificateArgs(server));
    const { certificate, key } = device;
    const client = await asking({ certificate, key, ca: certificates.authority("Stranger").certificate });
    await expect(client.get(`${uri}/`)).rejects.toMatchObject({ code: "COAPKIT_ERR_DTLS_PEER_NOT_TRUSTED" });
  });
});

const [major = 0, minor = 0] = (process.versions.openssl ?? "").split(".").map(Number);
const hasRawPublicKeys = major > 3 || (major === 3 && minor >= 2);

describe.runIf(hasRawPublicKeys)("raw public keys with libcoap and gnutls", () => {
  it("let a client in that holds an accepted key", async () => {
    const privateKey = createPrivateKey(device.key);
    const accepted = createPublicKey(privateKey).export({ format: "pem", type: "spki" }) as string;
    const sec1File = `${device.keyFile}.sec1`; // GnuTLS takes no PKCS #8 here
    writeFileSync(sec1File, privateKey.export({ format: "pem", type: "sec1" }));
    const uri = await serve({ rawPublicKeys: { key: server.key, acceptedPeers: [accepted] } });
    const reply = await coapClient(["-B", "5", "-M", sec1File, `${uri}/who`], { program: "coap-client-gnutls" });
    expect(reply.text).toMatch(/^coaps raw-public-key ni:\/\/\/sha-256;/);
  });
});
