import type { CapabilityName } from "@coapkit/core";
import type { EngineBench } from "./engine-bench.js";

/** One promise of the port. */
export interface EngineCase {
  readonly title: string;
  /** Capabilities without which it cannot hold. */
  readonly needs?: readonly CapabilityName[] | undefined;
  /** Whether it is about datagrams. */
  readonly onNetwork?: boolean | undefined;
  check(bench: EngineBench): Promise<void>;
}
