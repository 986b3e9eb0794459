import type { DtlsContextId } from "../native/dtls-engine.js";

/** A context of the engine with the credentials of its time; after a reload it lives on as long as its sessions do. */
export class EngineContext {
  /** Sessions in any state. */
  sessions = 0;
  /** Whether another context has taken its place. */
  isRetired = false;

  constructor(
    readonly id: DtlsContextId,
    /** Whether its peers put connection IDs into their records. */
    readonly hasConnectionIds: boolean,
  ) {}
}
