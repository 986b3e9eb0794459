import type { Response } from "@coapkit/core";
import { InterestLostReason, isSuccessCode } from "@coapkit/protocol";
import { ObserveAction, observeActionOf } from "./observe-request.js";
import { relationKey } from "./origin.js";
import { Relation } from "./relation.js";
import type { ResponseWriter } from "./response-writer.js";
import type { ServerContext } from "./server-state.js";

/**
 * Registers the client of a request with its first notification; `undefined` where it did not ask to observe, where the
 * response is an error, and beyond the limits. RFC 7641 §4.1.
 */
export function registerObserver(
  { counters, state }: ServerContext,
  writer: ResponseWriter,
  response: Response,
  onLost: (reason: InterestLostReason) => void,
): Relation | undefined {
  const { message, origin } = writer;
  if (observeActionOf(message) !== ObserveAction.Register || !isSuccessCode(response.code)) return undefined;
  const key = relationKey(origin, message.token);
  if (!state.relations.hasRoom(key, origin.key)) return undefined;
  const relation = new Relation(
    key,
    origin.key,
    (notification, isLast) => {
      const sent = writer.notify(notification, isLast ? undefined : state.nextObserve());
      state.relations.track(relation, sent.messageId);
      return sent;
    },
    (reason) => {
      state.relations.remove(relation);
      if (reason !== InterestLostReason.Ended) counters.add("observersLost");
      onLost(reason);
    },
  );
  writer.onUnacknowledged = () => relation.end(InterestLostReason.Timeout);
  state.relations.add(relation);
  relation.notify(response, false);
  return relation;
}
