import { type BoundAddress, type CoapScheme, OptionRegistry, parseCoapUri, type Transport } from "@coapkit/protocol";
import { udpTransport } from "@coapkit/protocol/udp";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../src/app/system-clock.js";
import {
  Code,
  createApp,
  definePlugin,
  nativeEngine,
  type TransportFactory,
  type TransportRequest,
} from "../src/index.js";
import { RecordingLogger } from "./support/recording-logger.js";

/** UDP under another scheme: what a plugin's transport looks like to the kernel, without its security. */
function disguised(scheme: CoapScheme, made: TransportRequest[] = []): TransportFactory {
  return {
    scheme,
    create(request): Transport {
      made.push(request);
      const udp = udpTransport(request);
      return {
        scheme,
        kind: "datagram",
        keepsReceivedBytes: udp.keepsReceivedBytes,
        get pendingSends() {
          return udp.pendingSends;
        },
        open: async (peers, onBatch) => ({ ...(await udp.open(peers, onBatch)), scheme }),
        resolve: (host, port) => udp.resolve(host, port),
        send: (peer, buffer, start, end) => udp.send(peer, buffer, start, end),
        close: () => udp.close(),
      };
    },
  };
}

const bring = (factory: TransportFactory) =>
  definePlugin({ name: "acme", version: "1.0.0", contract: 1, setup: (host) => host.transports.add(factory) })();

async function ask({ scheme, port }: BoundAddress, made: TransportRequest[]): Promise<number> {
  const engine = nativeEngine()({
    clock: systemClock,
    log: new RecordingLogger(),
    options: new OptionRegistry(),
    bodyLimitBytes: () => 0,
    transportFor: (wanted) => disguised(wanted, made),
  });
  const uri = parseCoapUri(`${scheme}://127.0.0.1:${port}/where`);
  if (!uri.ok) throw new Error(uri.reason);
  try {
    for await (const { code } of engine.request({ uri: uri.value, method: Code.GET })) return code;
    return 0;
  } finally {
    await engine.close(0);
  }
}

describe("transports of plugins", () => {
  it("serve their scheme beside coap, and carry the engine's own requests", async () => {
    const made: TransportRequest[] = [];
    const app = await createApp({ plugins: [bring(disguised("coaps", made))] });
    onTestFinished(() => app.close());
    const schemes: string[] = [];
    app.route({
      method: "GET",
      path: "/where",
      handler: (ctx) => {
        schemes.push(ctx.peer.scheme);
        return "here";
      },
    });
    const secured = await app.listen("coaps://127.0.0.1:0");
    const plain = await app.listen("coap://127.0.0.1:0");
    expect([secured.scheme, plain.scheme]).toEqual(["coaps", "coap"]);
    expect(made).toEqual([{ host: "127.0.0.1", port: 0, role: "server" }]);

    const clients: TransportRequest[] = [];
    expect(await ask(secured, clients)).toBe(Code.Content);
    expect(await ask(plain, clients)).toBe(Code.Content);
    expect(schemes).toEqual(["coaps", "coap"]);
    expect(clients).toEqual([{ host: "::", port: 0, role: "client" }]);
  });

  it("of a later plugin replace those of an earlier one where it says so", async () => {
    const made: TransportRequest[] = [];
    const later = definePlugin({
      name: "later",
      version: "1.0.0",
      contract: 1,
      setup: (host) => host.transports.add(disguised("coaps", made), { replace: true }),
    })();
    const app = await createApp({ plugins: [bring(disguised("coaps")), later] });
    onTestFinished(() => app.close());
    await app.listen("coaps://127.0.0.1:0");
    expect(made).toHaveLength(1);
  });
});
