import { IncomingRequest } from "../exchange/incoming-request.js";
import { type ExchangeHost, ExchangeState, ServerExchange } from "../exchange/server-exchange.js";
import { MessageScanner } from "../message/message-scanner.js";
import { Type } from "../message/message-type.js";
import type { StoredObservation } from "../observe/stored-observation.js";
import type { PeerId } from "../peer/peer-directory.js";
import type { PeerIdentities } from "../peer/peer-identities.js";
import type { Outbox } from "./outbox.js";

/** No exchange that came in has both: nothing is a duplicate of a request from before a restart. */
const NO_MESSAGE_ID = 0;
const NO_FINGERPRINT = 0;

/** An exchange whose request was answered before a restart. @throws OptionValueError for what no message can carry */
export function restoredExchange(
  { method, token, options, payload }: StoredObservation,
  peer: PeerId,
  outbox: Outbox,
  identities: PeerIdentities,
  host: ExchangeHost,
): ServerExchange {
  const datagram = outbox.write(Type.NON, method, NO_MESSAGE_ID, token, options, payload);
  const message = new MessageScanner();
  message.scan(datagram, 0, datagram.length);
  const request = new IncomingRequest(datagram, message, peer, (known) => identities.of(known));
  const exchange = new ServerExchange(request, NO_FINGERPRINT, host);
  exchange.state = ExchangeState.Done;
  return exchange;
}
