import {
  type App,
  createApp,
  definePlugin,
  type EngineFactory,
  type NativeEngineOptions,
  nativeEngine,
  type TransportFactory,
} from "@coapkit/core";
import type { Transport } from "@coapkit/protocol";
import { createTestClient, type MemoryNetwork, type MemoryTransport, type VirtualClock } from "@coapkit/testing";
import { Notifier, type ObservePluginOptions, observe } from "../src/index.js";
import { silent } from "./support.js";

/** The network without sockets takes the place of the scheme that needs a plugin's transport. */
const SCHEME = "coaps";
export const SERVER = "10.0.0.1";

function factory(network: MemoryNetwork, address: string, made: MemoryTransport[] = []): TransportFactory {
  return {
    scheme: SCHEME,
    create({ port }): Transport {
      const memory = network.transport({ address, port });
      made.push(memory);
      return {
        scheme: SCHEME,
        kind: memory.kind,
        keepsReceivedBytes: memory.keepsReceivedBytes,
        pendingSends: memory.pendingSends,
        open: (peers, onBatch) => memory.open(peers, onBatch),
        resolve: (host, asked) => memory.resolve(host, asked),
        send: (peer, buffer, start, end) => memory.send(peer, buffer, start, end),
        close: () => memory.close(),
      };
    },
  };
}

/** An app on the native engine at 10.0.0.1:5683, on a network in memory and a virtual clock. */
export async function startInMemory(
  network: MemoryNetwork,
  clock: VirtualClock,
  addRoutes: (app: App) => void,
  options: ObservePluginOptions = {},
  engine: NativeEngineOptions = {},
) {
  const memory = definePlugin({
    name: "memory",
    version: "1.0.0",
    contract: 1,
    setup: (host) => host.transports.add(factory(network, SERVER)),
  });
  const app = await createApp({
    clock,
    engine: nativeEngine(engine),
    logger: silent,
    plugins: [observe(options), memory()],
  });
  addRoutes(app);
  await app.listen(`${SCHEME}://${SERVER}:5683`);
  return { app, notifier: app.resolve(Notifier) };
}

/** A client on the native engine at an address of its own. */
export function clientInMemory(
  network: MemoryNetwork,
  clock: VirtualClock,
  address: string,
  options: NativeEngineOptions = {},
) {
  const made: MemoryTransport[] = [];
  const transports = factory(network, address, made);
  const engine: EngineFactory = (host) => nativeEngine(options)({ ...host, clock, transportFor: () => transports });
  return {
    client: createTestClient(engine, { baseUri: `${SCHEME}://${SERVER}:5683` }),
    get transport(): MemoryTransport {
      return made[0] as MemoryTransport;
    },
  };
}
