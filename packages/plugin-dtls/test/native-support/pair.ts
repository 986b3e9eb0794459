import type { ConnectOptions, DtlsContextOptions } from "../../src/native/context-options.js";
import type { DtlsCallbacks, DtlsContextId, DtlsSessionId } from "../../src/native/dtls-engine.js";
import { Flag, NO_TIMEOUT, TIMEOUT_UNCHANGED } from "../../src/native/scratch-layout.js";
import type { EngineOutput } from "./engine-output.js";
import { connect, createContext, engine, feed, listen, outputOf } from "./harness.js";

/** Which side a datagram goes to. */
export type Side = "client" | "server";

/** What a test wants to differ. */
export interface PairOptions {
  readonly server: DtlsContextOptions;
  readonly client: DtlsContextOptions;
  readonly connect: ConnectOptions;
  /** Keys by identity. */
  readonly keys?: Readonly<Record<string, Uint8Array>>;
  readonly callbacks?: DtlsCallbacks;
  /** Whether the network loses this datagram, the `index`-th of the link. @defaultValue it loses none */
  readonly loses?: (to: Side, index: number, datagram: Uint8Array) => boolean;
}

/** A client and a server with a network and a clock between them, all in this process and none of them real. */
export class Pair {
  readonly serverContext: DtlsContextId;
  readonly clientContext: DtlsContextId;
  readonly sent: { readonly to: Side; readonly datagram: Uint8Array }[] = [];
  readonly outputs: Record<Side, EngineOutput[]> = { client: [], server: [] };
  readonly #queue: { readonly to: Side; readonly datagram: Uint8Array }[] = [];
  readonly #dueMs: Record<Side, number> = { client: Number.POSITIVE_INFINITY, server: Number.POSITIVE_INFINITY };
  readonly #options: PairOptions;
  nowMs = 0;
  client: DtlsSessionId = 0;
  server: DtlsSessionId = 0;

  constructor(options: PairOptions) {
    this.#options = options;
    this.serverContext = createContext(options.server, options.callbacks);
    this.clientContext = createContext(options.client);
  }

  /** Connects and lets time pass until both sides are established, one of them ended, or `deadlineMs` is over. */
  handshake(deadlineMs = 600_000): this {
    const first = connect(this.clientContext, this.#options.connect);
    this.client = first.session;
    this.#take("client", first);
    this.run(deadlineMs);
    return this;
  }

  /** Delivers what is under way, and calls `timeout` where it is due. */
  run(deadlineMs: number): void {
    while (!this.#isSettled()) {
      const next = this.#queue.shift();
      if (next !== undefined) this.deliver(next.to, next.datagram);
      else if (!this.#passTime(deadlineMs)) return;
    }
  }

  deliver(to: Side, datagram: Uint8Array): EngineOutput {
    if (to === "client") return this.#take("client", feed(this.client, datagram));
    if (this.server === 0) return this.#take("server", listen(this.serverContext, "[::1]:1", datagram));
    return this.#take("server", feed(this.server, datagram));
  }

  /** Whether this flag was ever set on this side. */
  saw(side: Side, flag: number): boolean {
    return this.outputs[side].some((output) => (output.flags & flag) !== 0);
  }

  /** The output that ended this side's session. */
  endOf(side: Side): EngineOutput | undefined {
    return this.outputs[side].find(({ flags }) => (flags & (Flag.failed | Flag.closed)) !== 0);
  }

  get isEstablished(): boolean {
    return this.saw("client", Flag.established) && this.saw("server", Flag.established);
  }

  #isSettled(): boolean {
    const hasEnded = (side: Side) => this.saw(side, Flag.failed | Flag.closed);
    if (this.#queue.length > 0) return false;
    return this.isEstablished || (hasEnded("client") && (this.server === 0 || hasEnded("server")));
  }

  #passTime(deadlineMs: number): boolean {
    const side = this.#dueMs.client <= this.#dueMs.server ? "client" : "server";
    if (this.#dueMs[side] > deadlineMs) return false;
    this.nowMs = this.#dueMs[side];
    this.#take(side, outputOf(engine.timeout(side === "client" ? this.client : this.server)));
    return true;
  }

  #take(side: Side, output: EngineOutput): EngineOutput {
    this.outputs[side].push(output);
    if ((output.flags & Flag.accepted) !== 0) this.server = output.session;
    if (output.timeoutMs === NO_TIMEOUT) this.#dueMs[side] = Number.POSITIVE_INFINITY;
    else if (output.timeoutMs !== TIMEOUT_UNCHANGED) this.#dueMs[side] = this.nowMs + output.timeoutMs;
    for (const datagram of output.datagrams) this.#send(side === "client" ? "server" : "client", datagram);
    if ((output.flags & Flag.keyNeeded) !== 0) this.#resume(output.pskIdentity ?? new Uint8Array());
    return output;
  }

  #send(to: Side, datagram: Uint8Array): void {
    const isLost = this.#options.loses?.(to, this.sent.length, datagram) ?? false;
    this.sent.push({ to, datagram });
    if (!isLost) this.#queue.push({ to, datagram });
  }

  #resume(identity: Uint8Array): void {
    const key = this.#options.keys?.[Buffer.from(identity).toString()];
    this.#take("server", outputOf(engine.resume(this.server, key)));
  }
}
