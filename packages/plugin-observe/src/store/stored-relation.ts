import type { Request, StoredObservation } from "@coapkit/core";
import type { Observer } from "../observer.js";
import type { StoredRelation } from "./observation-store.js";

/** Observe values that a client may have seen since the relation was saved last, with much to spare. RFC 7641 §3.4. */
const SEQUENCE_LEAP = 0x10000;

/** Whether a relation can outlive the process: its client has no session that ends with it. */
export function isStorable({ peer }: Request): boolean {
  return peer.scheme === "coap";
}

/** What is kept of a relation. */
export function storedRelation(observer: Observer): StoredRelation {
  const { request } = observer.exchange;
  const { scheme, address, port } = request.peer;
  return {
    id: idOf(observer),
    peer: { scheme, address, port },
    route: observer.route,
    method: request.method,
    token: observer.token,
    options: [...request.options].map(({ number, value }) => ({ number, value: hex(value) })),
    payload: hex(request.payload),
    contentFormat: observer.contentFormat,
    sequence: observer.sequence,
  };
}

/** Names a relation in a store. */
export function idOf({ peer, token }: Observer): string {
  return `${peer.scheme}://${peer.address} ${peer.port} ${token}`;
}

/** What the engine has to know. */
export function storedObservation(relation: StoredRelation): StoredObservation {
  const { peer, method, token, options, payload, sequence } = relation;
  return {
    peer,
    method,
    token: bytes(token),
    options: options.map(({ number, value }) => ({ number, value: bytes(value) })),
    payload: bytes(payload),
    sequence: sequence + SEQUENCE_LEAP,
  };
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString("hex");
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}
