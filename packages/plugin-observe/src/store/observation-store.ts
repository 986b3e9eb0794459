/** A relation as it outlives the process: plain values, fit for JSON. */
export interface StoredRelation {
  /** Names the relation in the store: its client and token. */
  readonly id: string;
  readonly peer: { readonly scheme: string; readonly address: string; readonly port: number };
  /** Name of the route. */
  readonly route: string;
  /** Method of the registration, as a code byte. */
  readonly method: number;
  /** In hexadecimal digits. */
  readonly token: string;
  /** Options of the registration, path, query and Accept among them; values in hexadecimal digits. */
  readonly options: readonly { readonly number: number; readonly value: string }[];
  /** Payload of the registration, in hexadecimal digits. */
  readonly payload: string;
  /** Content-Format that the client gets. */
  readonly contentFormat?: number | undefined;
  /** No more than 256 below the Observe value that the client has seen last. */
  readonly sequence: number;
}

/**
 * Keeps relations so that they outlive the process. Calls for one relation come one after the other; what they throw is
 * logged and counted, and so is what takes longer than 5 s.
 */
export interface ObservationStore {
  /** Keeps a relation, in the place of the one with its `id`. */
  save(relation: StoredRelation): void | Promise<void>;
  /** Forgets a relation. Has no effect on one that is not there. */
  delete(id: string): void | Promise<void>;
  /** Everything that is kept. */
  load(): Iterable<StoredRelation> | Promise<Iterable<StoredRelation>>;
}

/** Whether an option of the plugin is a store. */
export function isObservationStore(value: unknown): boolean {
  const { save, delete: remove, load } = (value ?? {}) as Partial<Record<keyof ObservationStore, unknown>>;
  return [save, remove, load].every((method) => typeof method === "function");
}
