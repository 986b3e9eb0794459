import { definePlugin } from "@coapkit/core";
import { udpTransport } from "@coapkit/protocol/udp";
import { describe, expect, it } from "vitest";
import { Dtls, type DtlsOptions, DtlsUnavailableError } from "../src/index.js";
import { addRoutes, appWith, BIG, serve } from "./support/apps.js";
import { KNOWN, makeTransport, silentLogger } from "./support/make-transport.js";
import { systemClock } from "./support/system-clock.js";

const psk = { "device-1": "secret key" };
const asDevice: DtlsOptions = { client: { psk: { identity: "device-1", key: "secret key" } } };

async function clientOf(options: DtlsOptions) {
  const app = await appWith(options);
  await app.ready();
  return app.client;
}

describe("an app on coap:// and coaps://", () => {
  it("serves the same routes on both, and knows who calls", async () => {
    const app = await appWith(KNOWN);
    addRoutes(app);
    const secured = await app.listen("coaps://127.0.0.1:0");
    const plain = await app.listen("coap://127.0.0.1:0");
    expect([secured.scheme, plain.scheme]).toEqual(["coaps", "coap"]);
    const client = await clientOf(asDevice);
    const textOf = async (uri: string) => Buffer.from((await client.get(uri)).payload).toString();
    expect(await textOf(`coaps://127.0.0.1:${secured.port}/who`)).toBe("coaps psk device-1");
    expect(await textOf(`coap://127.0.0.1:${plain.port}/who`)).toBe("coap - -");
  });

  it("carries large bodies both ways, and separate responses", async () => {
    const uri = await serve({ psk });
    const client = await clientOf(asDevice);
    expect(Buffer.from((await client.get(`${uri}/big`)).payload).toString()).toBe(BIG);
    const sent = await client.put(`${uri}/size`, BIG, { contentFormat: 0 });
    expect(Buffer.from(sent.payload).toString()).toBe(String(BIG.length));
    expect(Buffer.from((await client.get(`${uri}/slow`)).payload).toString()).toBe("separate");
  });

  it("asks a device back over the session that the device has begun", async () => {
    const app = await appWith({ psk });
    const answers: string[] = [];
    let answered: () => void = () => undefined;
    const done = new Promise<void>((resolve) => {
      answered = resolve;
    });
    app.route({
      method: "POST",
      path: "/hello",
      handler: ({ peer }) => {
        void app.client.get({ peer, path: "/who" }).then(({ payload }) => {
          answers.push(Buffer.from(payload).toString());
          answered();
        });
      },
    });
    const { port } = await app.listen("coaps://127.0.0.1:0");
    const device = await appWith({ ...KNOWN, psk: { nobody: "else" } });
    addRoutes(device);
    await device.listen("coaps://127.0.0.1:0");
    await device.client.post(`coaps://127.0.0.1:${port}/hello`);
    await done;
    expect(answers).toEqual(["coaps - -"]);
  });

  it("answers to IPv6, and to a name", async () => {
    const app = await appWith({ psk });
    addRoutes(app);
    const { port } = await app.listen("coaps://[::1]:0");
    const client = await clientOf(asDevice);
    expect((await client.get(`coaps://[::1]:${port}/who`)).codeText).toBe("2.05");
  });

  it("fails a request with the error of its handshake", async () => {
    const uri = await serve({ psk, concealUnknownIdentities: false });
    const client = await clientOf({ client: { psk: { identity: "device-9", key: "k" } } });
    await expect(client.get(`${uri}/who`)).rejects.toMatchObject({ code: "COAPKIT_ERR_DTLS_UNKNOWN_IDENTITY" });
    const none = await clientOf({ psk });
    await expect(none.get(`${uri}/who`)).rejects.toMatchObject({ code: "COAPKIT_ERR_DTLS_CREDENTIALS_MISSING" });
  });
});

describe("the service of the plugin", () => {
  it("counts, changes credentials and ends sessions while the app listens", async () => {
    const app = await appWith({ psk });
    addRoutes(app);
    const { port } = await app.listen("coaps://127.0.0.1:0");
    const uri = `coaps://127.0.0.1:${port}/who`;
    const dtls = app.resolve(Dtls);
    await (await clientOf(asDevice)).get(uri);
    expect(dtls.counters).toMatchObject({ sessions: 1, handshakesFinished: 1, recordsReceived: 1 });

    dtls.reload({ psk: { "device-2": "another key" } });
    await (await clientOf({ client: { psk: { identity: "device-2", key: "another key" } } })).get(uri);
    expect(dtls.counters).toMatchObject({ sessions: 2, handshakesFinished: 2 });
    expect(dtls.endSessions((principal) => principal?.name === "device-1")).toBe(1);
    expect(dtls.counters.sessions).toBe(1);
    await app.close();
    expect(dtls.counters).toMatchObject({ sessions: 0, handshakesFinished: 2 });
  });

  it("refuses what cannot change, and credentials that cannot be used, and stays as it was", async () => {
    const app = await appWith({ psk });
    addRoutes(app);
    const { port } = await app.listen("coaps://127.0.0.1:0");
    const limits = { maxSessions: 5 } as DtlsOptions;
    expect(() => app.resolve(Dtls).reload(limits)).toThrow(/maxSessions: cannot change while sockets are open/);
    expect(() => app.resolve(Dtls).reload({ key: "x" })).toThrow(/certificate: is missing/);
    expect(() => app.resolve(Dtls).reload({ psk: undefined })).toThrow(/psk: is missing/);
    expect((await (await clientOf(asDevice)).get(`coaps://127.0.0.1:${port}/who`)).codeText).toBe("2.05");
  });
});

describe("the key log", () => {
  it("gets a line for each session, and may throw", async () => {
    const lines: string[] = [];
    const keyLog = (line: string) => {
      lines.push(line);
      throw new Error("the disk is full");
    };
    const errors: string[] = [];
    const logger = { ...silentLogger, error: (_: unknown, message: string) => void errors.push(message) };
    const uri = await serve({ psk, keyLog }, { logger });
    expect((await (await clientOf(asDevice)).get(`${uri}/who`)).codeText).toBe("2.05");
    expect(errors).toEqual(["The key log of DTLS failed"]);
    expect(lines).toEqual([expect.stringMatching(/^CLIENT_RANDOM [0-9a-f]{64} [0-9a-f]{96}$/)]);
  });
});

describe("listen on coaps://", () => {
  it("fails with the one error where there is no engine, while the app boots and coap:// works", async () => {
    const unavailable = () => {
      throw new DtlsUnavailableError("There is none here.");
    };
    const withoutEngine = definePlugin({
      name: "without-engine",
      version: "1.0.0",
      contract: 1,
      dependencies: ["@coapkit/plugin-dtls"],
      setup: (host) =>
        host.transports.add(
          {
            scheme: "coaps",
            create: () => makeTransport(udpTransport({}), KNOWN, { clock: systemClock, loadEngine: unavailable }),
          },
          { replace: true },
        ),
    })();
    const app = await appWith(KNOWN, { plugins: [withoutEngine] });
    await expect(app.listen("coaps://127.0.0.1:0")).rejects.toMatchObject({ code: "COAPKIT_ERR_DTLS_UNAVAILABLE" });
    expect((await app.listen("coap://127.0.0.1:0")).scheme).toBe("coap");
  });

  it("needs credentials of a server", async () => {
    const app = await appWith(asDevice);
    await expect(app.listen("coaps://127.0.0.1:0")).rejects.toThrow(/psk: is missing, as are certificate and raw/);
  });

  it("says which port is taken", async () => {
    const uri = await serve({ psk });
    const app = await appWith({ psk });
    await expect(app.listen(uri)).rejects.toMatchObject({ code: "COAPKIT_ERR_BIND" });
  });

  it("is refused at boot for options that make no sense", async () => {
    await expect(appWith({})).rejects.toThrow(/Options of plugin @coapkit\/plugin-dtls are wrong\. psk: is missing/);
    await expect(appWith({ pks: {} } as DtlsOptions)).rejects.toThrow(
      /plugin @coapkit\/plugin-dtls.*pks: unknown option/s,
    );
    await expect(appWith({ psk, maxSessions: 0 })).rejects.toThrow(
      /maxSessions: found 0; allowed: a whole number from 1/,
    );
  });
});
