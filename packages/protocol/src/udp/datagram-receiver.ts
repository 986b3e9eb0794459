import { NO_PEER, type PeerDirectory } from "../peer/peer-directory.js";
import { BATCH_STRIDE, type OnBatch } from "../ports/transport.js";
import { unmapped } from "./address.js";
import type { MutableCounters } from "./mutable-counters.js";
import type { RemoteInfo, SocketType } from "./node.js";

/** Listener for a socket's messages, each of them a batch of one. */
export function datagramReceiver(
  type: SocketType,
  peers: PeerDirectory,
  onBatch: OnBatch,
  counters: MutableCounters,
): (datagram: Uint8Array, source: RemoteInfo) => void {
  const index = new Int32Array(BATCH_STRIDE);
  const isUdp6 = type === "udp6";
  return (datagram, source) => {
    counters.receivedDatagrams++;
    if (source.port === 0) {
      counters.unsendableSources++;
      return;
    }
    const peer = peers.intern(isUdp6 ? unmapped(source.address) : source.address, source.port);
    if (peer === NO_PEER) {
      counters.refusedPeers++;
      return;
    }
    index[0] = 0;
    index[1] = datagram.length;
    index[2] = peer;
    onBatch(datagram, index, 1);
  };
}
