import { responseOptions } from "../exchange/response-options.js";
import type { NotificationPort } from "../observe/observation.js";
import type { PeerDirectory } from "../peer/peer-directory.js";
import type { Outbox } from "./outbox.js";
import type { Server } from "./server.js";
import type { ServerBlocks } from "./server-blocks.js";

/** What notifications need of an endpoint, from its parts. @param server made after observation */
export function notificationPort(
  outbox: Outbox,
  blocks: ServerBlocks,
  peers: PeerDirectory,
  server: () => Server,
): NotificationPort {
  return {
    respond: (exchange, response) => server().respond(exchange, response),
    finish: (exchange) => server().finish(exchange),
    check: (response) => outbox.check(responseOptions(response)),
    nextMessageId: (peer) => outbox.nextMessageId(peer),
    write: ({ request }, response, type, messageId) => {
      const first = blocks.firstBlock(request, response);
      return outbox.write(type, first.code, messageId, request.token, responseOptions(first), first.payload);
    },
    transmit: outbox.transmit,
    pin: (peer) => peers.pin(peer),
    unpin: (peer) => peers.unpin(peer),
  };
}
