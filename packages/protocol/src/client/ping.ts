import { ClosedError, TimeoutError } from "../errors/network-error.js";
import { Type } from "../message/message-type.js";
import { writeEmpty } from "../message/message-writer.js";
import type { PeerId } from "../peer/peer-directory.js";
import { type ConfirmableSender, Outcome, Transmission } from "../reliability/confirmable-sender.js";
import { abortedError } from "./client-error.js";

const EMPTY_BYTES = 4;

/** Sends an empty CON and awaits its Reset: the peer is there. RFC 7252 §4.3. Rejects with a `NetworkError`. */
export function ping(
  sender: ConfirmableSender,
  peer: PeerId,
  messageId: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) throw abortedError(signal);
    const datagram = new Uint8Array(EMPTY_BYTES);
    writeEmpty(datagram, 0, Type.CON, messageId);
    const onAbort = (): void => sender.cancel(transmission);
    const transmission = new Transmission(peer, messageId, datagram, (outcome) => {
      signal?.removeEventListener("abort", onAbort);
      if (outcome === Outcome.TimedOut) reject(new TimeoutError("The ping was not answered."));
      else if (outcome !== Outcome.Cancelled) resolve();
      else
        reject(
          signal?.aborted === true
            ? abortedError(signal)
            : new ClosedError("The endpoint was closed, or the peer's session."),
        );
    });
    signal?.addEventListener("abort", onAbort, { once: true });
    sender.send(transmission);
  });
}
