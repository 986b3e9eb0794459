import type { UdpCounters } from "./udp-options.js";

/** Counters as they are counted. */
export type MutableCounters = { -readonly [K in keyof UdpCounters]: UdpCounters[K] };

export function newCounters(): MutableCounters {
  return {
    receivedDatagrams: 0,
    sentDatagrams: 0,
    unsendableSources: 0,
    refusedPeers: 0,
    sendErrors: 0,
    socketErrors: 0,
  };
}
