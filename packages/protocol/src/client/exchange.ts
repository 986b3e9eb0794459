import type { PeerId } from "../peer/peer-directory.js";
import { abortedError } from "./client-error.js";
import type { IncomingResponse } from "./incoming-response.js";
import type { PeerToken } from "./pending-table.js";
import type { Requester, RequestMessage } from "./requester.js";

/** How a message is sent and its response awaited. */
export interface ExchangeSettings {
  readonly responseTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Token to use once more. */
  readonly like: PeerToken | undefined;
  /** Told which token is used. */
  onToken(token: PeerToken): void;
  /** Whether a response with the token belongs to this message, not to one before it. */
  accepts(response: IncomingResponse): boolean;
}

/** Sends one request message and awaits its response. Rejects with a `NetworkError`, or an `OptionValueError`. */
export function exchange(
  requester: Requester,
  peer: PeerId,
  message: RequestMessage,
  { responseTimeoutMs, signal, like, onToken, accepts }: ExchangeSettings,
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
    const receiver = { accepts, onResponse, onFailure: fail, onDue: () => undefined };
    const pending = requester.open(peer, receiver, responseTimeoutMs, like);
    onToken(pending);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      requester.send(pending, message);
    } catch (error) {
      fail(error);
    }
  });
}
