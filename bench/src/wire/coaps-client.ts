import { type App, createApp, type EngineHost, nativeEngine, type TransportFactory } from "@coapkit/core";
import { Dtls, dtls } from "@coapkit/plugin-dtls";
import { clientCredentials } from "../security/credentials.js";
import type { Security } from "../security/security.js";
import { CoapsSocket } from "./coaps-socket.js";

/** Each socket has tables of its own: no larger than they need to be. */
const ROOM = { maxSessions: 64, maxHandshakes: 64 };

/** Sockets of clients that share their credentials. What is below is coapkit's DTLS; there is no endpoint above. */
export class CoapsClient {
  readonly #app: App;
  readonly #factory: TransportFactory;
  readonly #sessions: Dtls;

  private constructor(app: App, factory: TransportFactory) {
    this.#app = app;
    this.#factory = factory;
    this.#sessions = app.resolve(Dtls);
  }

  /** @throws CoapkitError where there is no addon, or for credentials that cannot be used */
  static async create(security: Security): Promise<CoapsClient> {
    let host: EngineHost | undefined;
    const makeEngine = nativeEngine();
    const app = await createApp({
      plugins: [dtls({ client: clientCredentials(security), ...ROOM })],
      engine: (given) => {
        host = given;
        return makeEngine(given);
      },
    });
    await app.ready();
    const factory = host?.transportFor?.("coaps");
    if (factory === undefined) throw new Error("The app has nothing that makes sockets for coaps.");
    return new CoapsClient(app, factory);
  }

  /** A source port. */
  async open(host: string): Promise<CoapsSocket> {
    const socket = new CoapsSocket(this.#factory.create({ host, port: 0, role: "client" }));
    await socket.open();
    return socket;
  }

  /** Ends all sessions; their servers are told. */
  endSessions(): void {
    this.#sessions.endSessions(() => true);
  }

  /** Lets go of everything but the sockets, which are closed by themselves. */
  close(): Promise<void> {
    return this.#app.close();
  }
}
