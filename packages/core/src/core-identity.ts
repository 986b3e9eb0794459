/** Identifies one loaded copy of this package. */
export interface CoreIdentity {
  /** Where this copy was loaded from. */
  readonly url: string;
}

/** This copy. Two copies in one process have two of these objects. */
export const CORE_IDENTITY: CoreIdentity = Object.freeze({ url: import.meta.url });
