import type { BlockBody } from "../block/block2-source.js";
import type { OptionEntry } from "../option/encode-options.js";
import type { PeerId } from "../peer/peer-directory.js";

/** A request with everything that is left out filled in. */
export interface ResolvedRequest {
  readonly peer: PeerId;
  readonly method: number;
  readonly confirmable: boolean;
  /** Options of the target and of the caller. */
  readonly options: readonly OptionEntry[];
  readonly body: BlockBody;
  /** Size exponent of the largest block. */
  readonly szx: number;
  /** Whether the first request asks for blocks of that size. RFC 7959 §2.4, early negotiation. */
  readonly asksForBlocks: boolean;
  /** Largest body of a response, in bytes; `undefined` for none that was asked for. */
  readonly responseLimitBytes: number | undefined;
  readonly responseTimeoutMs: number;
  /**
   * Whether the blocks of a body share one token, by which some servers put them together. Not over a secure transport: a
   * response must not be taken for that to another request. RFC 9175 §4.2.
   */
  readonly keepsToken: boolean;
}
