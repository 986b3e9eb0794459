import type { PeerId } from "../peer/peer-directory.js";
import { abortedError } from "./client-error.js";
import type { IncomingResponse } from "./incoming-response.js";
import type { Requester, RequestMessage } from "./requester.js";

/** Sends one request message and awaits its response. Rejects with a `NetworkError`, or an `OptionValueError`. */
export function exchange(
  requester: Requester,
  peer: PeerId,
  message: RequestMessage,
  responseTimeoutMs: number,
  signal: AbortSignal,
): Promise<IncomingResponse> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) throw abortedError(signal);
    const onAbort = (): void => fail(abortedError(signal));
    const finish = (): void => {
      signal.removeEventListener("abort", onAbort);
      requester.end(pending);
    };
    const fail = (error: unknown): void => {
      finish();
      reject(error);
    };
    const onResponse = (response: IncomingResponse): void => {
      finish();
      resolve(response);
    };
    const receiver = { accepts: () => true, onResponse, onFailure: fail, onDue: () => undefined };
    const pending = requester.open(peer, receiver, responseTimeoutMs);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      requester.send(pending, message);
    } catch (error) {
      fail(error);
    }
  });
}
