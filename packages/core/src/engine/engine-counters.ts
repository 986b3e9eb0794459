import type { Transport } from "@coapkit/protocol";
import type { EngineCounters } from "../ports/engine.js";

/** What a transport counts of its sockets, those of groups included; nothing where it does not count. */
export function countersOf(transport: Transport): readonly EngineCounters[] {
  const { counters, multicast } = transport as Transport & { readonly counters?: EngineCounters };
  return [...(counters === undefined ? [] : [counters]), ...(multicast === undefined ? [] : countersOf(multicast))];
}

/** Adds counters up by name. */
export function sumCounters(all: readonly EngineCounters[]): EngineCounters {
  const sums: Record<string, number> = {};
  for (const counters of all) {
    for (const [name, value] of Object.entries(counters)) sums[name] = (sums[name] ?? 0) + value;
  }
  return sums;
}
