import type { MicroResult } from "../micro/timing.js";
import type { ColdStart } from "../startup/cold-start.js";
import type { MemoryAfter } from "../startup/memory-after.js";
import type { BlockwiseResult } from "./blockwise-section.js";
import type { DtlsFindings } from "./dtls-section.js";
import type { Machine } from "./machine.js";
import type { Measurement } from "./measurement.js";
import type { ObserveFindings } from "./observe-section.js";
import type { SoakResult } from "./soak.js";
import type { Summary } from "./summary.js";

/** Groups of micro-benchmarks, in the order of the tables. */
export const MICRO_GROUPS = ["codec", "router", "kernel", "inject", "datagram"] as const;
export type MicroGroup = (typeof MICRO_GROUPS)[number];

/** All that a run found; the file of the results. A section that did not run is not there. */
export interface Results {
  readonly machine: Machine;
  /** Which processors server and load had. */
  readonly pinning: string;
  /** The command line's arguments. */
  readonly arguments: readonly string[];
  /** Servers that could not run, with the reason. */
  readonly skipped: readonly string[];
  readonly summaries?: readonly Summary[];
  readonly measurements?: readonly Measurement[];
  readonly soak?: readonly SoakResult[];
  readonly coldStarts?: readonly ColdStart[];
  readonly memoryAfter?: readonly MemoryAfter[];
  readonly blockwise?: readonly BlockwiseResult[];
  readonly observe?: ObserveFindings;
  readonly dtls?: DtlsFindings;
  readonly micro?: Readonly<Record<MicroGroup, readonly MicroResult[]>>;
}
