import type { EngineHost } from "@coapkit/core";
import type { WireAnswer } from "../coap/coap-internals.js";
import type { Counters } from "../counters.js";
import type { NodeCoapSettings } from "../options.js";
import { Block1Assembler, type Upload } from "./block1-assembler.js";
import { Block2Server } from "./block2-server.js";
import { RelationTable } from "./relation-table.js";
import { ReplayMemory } from "./replay-memory.js";
import { TransferTable } from "./transfer-table.js";

const EXCHANGE_LIFETIME_MS = 247_000;
const MAX_OBSERVE = 0xffffff;

/** What the server side gets from its engine. */
export interface ServerContext {
  readonly host: EngineHost;
  readonly settings: NodeCoapSettings;
  readonly counters: Counters;
  readonly state: ServerState;
}

/** What all listening sockets of an engine share, so that limits hold for the engine as a whole. */
export class ServerState {
  readonly replay: ReplayMemory;
  readonly block1: Block1Assembler;
  readonly block2: Block2Server;
  readonly relations: RelationTable;
  readonly #uploads: TransferTable<Upload>;
  readonly #downloads: TransferTable<WireAnswer>;
  #observe = 0;

  constructor(host: EngineHost, settings: NodeCoapSettings, counters: Counters) {
    const limits = {
      maxBytes: settings.transferBytes,
      maxEntriesPerPeer: settings.transfersPerPeer,
      idleMs: settings.transferIdleMs,
    };
    this.#uploads = new TransferTable(host.clock, counters, limits);
    this.#downloads = new TransferTable(host.clock, counters, limits);
    this.block1 = new Block1Assembler(this.#uploads, counters, (method, options) =>
      host.bodyLimitBytes(method, options),
    );
    this.block2 = new Block2Server(this.#downloads, settings.maxSzx);
    this.relations = new RelationTable(counters, settings);
    this.replay = new ReplayMemory(host.clock, counters, {
      maxEntries: settings.replayEntries,
      maxBytes: settings.replayBytes,
      lifetimeMs: EXCHANGE_LIFETIME_MS,
    });
  }

  /** One sequence for all relations, so that it goes on when a client registers again. RFC 7641 §4.4. */
  nextObserve(): number {
    this.#observe = (this.#observe + 1) & MAX_OBSERVE;
    return this.#observe;
  }

  levels(): Record<string, number> {
    return {
      observers: this.relations.size,
      uploads: this.#uploads.size,
      uploadBytes: this.#uploads.bytes,
      downloads: this.#downloads.size,
      downloadBytes: this.#downloads.bytes,
      rememberedMessages: this.replay.size,
      rememberedBytes: this.replay.bytes,
    };
  }

  clear(): void {
    this.relations.endAll();
    this.#uploads.clear();
    this.#downloads.clear();
    this.replay.clear();
  }
}
