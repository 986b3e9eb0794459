import type { ClientCredentials } from "../credentials/client-credentials.js";
import type { Credentials } from "../credentials/credentials.js";
import { wrong } from "../credentials/pem.js";
import type { PskLookup } from "../credentials/psk-lookup.js";
import type { ConnectOptions, DtlsContextOptions } from "../native/context-options.js";
import type { DtlsCallbacks, DtlsEngine, DtlsSessionId } from "../native/dtls-engine.js";
import { EngineContext } from "../sessions/engine-context.js";
import { addCounters } from "./dtls-counters.js";

const NO_SESSION: DtlsSessionId = 0;

/** The engine's contexts of one transport: those of the present credentials, and older ones as long as they have sessions. */
export class EngineContexts {
  readonly #engine: DtlsEngine;
  readonly #scratch: Uint8Array;
  readonly #callbacks: DtlsCallbacks;
  readonly #live = new Set<EngineContext>();
  /** Counters of contexts that are gone. */
  readonly #past: Record<string, number> = {};
  #server: EngineContext | undefined;
  #client: EngineContext | undefined;
  #credentials: Credentials | undefined;

  constructor(engine: DtlsEngine, scratch: Uint8Array, callbacks: DtlsCallbacks) {
    this.#engine = engine;
    this.#scratch = scratch;
    this.#callbacks = callbacks;
  }

  /** For sessions that others begin. */
  get server(): EngineContext | undefined {
    return this.#server;
  }

  /** For sessions that this side begins. */
  get client(): EngineContext | undefined {
    return this.#client;
  }

  get clientCredentials(): ClientCredentials | undefined {
    return this.#credentials?.client;
  }

  get lookUpPsk(): PskLookup | undefined {
    return this.#credentials?.server?.lookUpPsk;
  }

  /** Engine's counters of all contexts that ever were. */
  get counters(): Readonly<Record<string, number>> {
    const sum = { ...this.#past };
    for (const { id } of this.#live) addCounters(sum, this.#engine.counters(id));
    return sum;
  }

  /**
   * Takes credentials for handshakes from here on; established sessions go on.
   * @throws ConfigError where the engine refuses them: then those before stay
   */
  use(credentials: Credentials, isServer: boolean): void {
    const server = isServer && credentials.server ? this.#create(credentials.server.context, "credentials") : undefined;
    let client: EngineContext | undefined;
    try {
      client = credentials.client ? this.#create(credentials.client.context, "client") : undefined;
    } catch (error) {
      if (server !== undefined) this.#destroy(server);
      throw error;
    }
    const before = [this.#server, this.#client];
    this.#server = server;
    this.#client = client;
    this.#credentials = credentials;
    for (const context of before) if (context !== undefined) this.#retire(context);
  }

  /** Starts a handshake. @returns end of the engine's output */
  connect(context: EngineContext, options: ConnectOptions): number {
    return this.#engine.connect(context.id, options);
  }

  /** The session of a record's connection ID; 0 where there is none. */
  find(buffer: Uint8Array, start: number, end: number): DtlsSessionId {
    for (const { hasConnectionIds, id } of this.#live) {
      if (!hasConnectionIds) continue;
      const session = this.#engine.findByConnectionId(id, buffer, start, end);
      if (session !== NO_SESSION) return session;
    }
    return NO_SESSION;
  }

  /** A session of a context has gone. */
  release(context: EngineContext): void {
    context.sessions--;
    if (context.isRetired && context.sessions === 0) this.#destroy(context);
  }

  /** Makes another cookie secret. */
  rotateCookies(): void {
    if (this.#server !== undefined) this.#engine.rotate(this.#server.id);
  }

  /** Frees everything. */
  close(): void {
    for (const context of this.#live) this.#destroy(context);
    this.#server = undefined;
    this.#client = undefined;
  }

  #create(options: DtlsContextOptions, option: string): EngineContext {
    try {
      const id = this.#engine.createContext(options, this.#scratch, this.#callbacks);
      const context = new EngineContext(id, (options.connectionId?.lengthBytes ?? 0) > 0);
      this.#live.add(context);
      return context;
    } catch (cause) {
      throw wrong(option, (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, ""), cause);
    }
  }

  #retire(context: EngineContext): void {
    context.isRetired = true;
    if (context.sessions === 0) this.#destroy(context);
  }

  #destroy(context: EngineContext): void {
    addCounters(this.#past, this.#engine.counters(context.id));
    this.#live.delete(context);
    this.#engine.destroyContext(context.id);
  }
}
