/** What a CoAP implementation may be able to do; a plugin names what it `requires`. */
export const CAPABILITY_NAMES = [
  /** Receive requests. */
  "server",
  /** Send requests. */
  "client",
  /** Send requests to a peer over the socket that it called us on. */
  "callBack",
  /** Remember message IDs and replay the stored reply. RFC 7252 §4.5. */
  "deduplication",
  /** Answer after an empty ACK. RFC 7252 §5.2.2. */
  "separateResponse",
  /** Assemble request bodies. RFC 7959 §2.5. */
  "block1",
  /** Serve bodies larger than a block. RFC 7959 §2.4. */
  "block2",
  /** Tell bodies of one peer apart. RFC 9175 §3. */
  "requestTag",
  /** Notify observers. RFC 7641. */
  "observe",
  /** End an observation by Observe 1. RFC 7641 §3.6. */
  "observeDeregistration",
  /** FETCH, PATCH and iPATCH. RFC 8132. */
  "fetchAndPatch",
  /** Leave out responses that a client does not want. RFC 7967. */
  "noResponse",
  /** Leave a request without any answer, as RFC 7252 §5.4.1 asks for NON. */
  "ignore",
  /** Hand over requests that carry unknown critical options, so that the kernel answers 4.02. RFC 7252 §5.4.1. */
  "unknownOptions",
] as const;

/** Name of a capability. */
export type CapabilityName = (typeof CAPABILITY_NAMES)[number];

/** Whether an engine can do it, and if not, why. */
export type Capability = { readonly supported: true } | { readonly supported: false; readonly reason: string };

/** All capabilities of an engine. */
export type EngineCapabilities = Readonly<Record<CapabilityName, Capability>>;

/**
 * Declares an engine's capabilities: all are supported but those named with a reason.
 * @example capabilities({ noResponse: "npm coap 1.5 does not read option 258" })
 */
export function capabilities(lacking: Partial<Record<CapabilityName, string>> = {}): EngineCapabilities {
  const declared = {} as Record<CapabilityName, Capability>;
  for (const name of CAPABILITY_NAMES) {
    const reason = lacking[name];
    declared[name] = Object.freeze(reason === undefined ? { supported: true } : { supported: false, reason });
  }
  return Object.freeze(declared);
}
