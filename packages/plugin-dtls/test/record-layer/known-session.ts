import { type CipherSuite } from "../../src/native/cipher-suite.js";
import type { ConnectionIdOptions } from "../../src/native/context-options.js";
import { establishedPair, optionsFor, PSK_CCM_8 } from "../native-support/credentials.js";
import { engine } from "../native-support/harness.js";
import type { Pair, PairOptions, Side } from "../native-support/pair.js";
import { type ReferenceKeys, referenceKeys, referenceSeal } from "../native-support/reference-records.js";

export const ContentType = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
  tls12Cid: 25,
} as const;

/** Epoch 1, as the upper 16 bits of the number of a record. */
export const EPOCH_1 = 1n << 48n;

const NONE = new Uint8Array();
const RECORD_HEADER_BYTES = 13;

/** What a test may choose of a record. */
export interface Chosen {
  /** @defaultValue application data */
  readonly type?: number;
  /** @defaultValue 1 */
  readonly epoch?: number;
  /** Zeros behind the type, where there is a connection ID. @defaultValue 0 */
  readonly padding?: number;
}

/** An established pair whose secrets are known, so that records of either side can be made without the addon. */
export interface KnownSession {
  readonly pair: Pair;
  readonly master: Buffer;
  readonly clientRandom: Buffer;
  readonly keys: Readonly<Record<Side, ReferenceKeys>>;
  /** Seals a record as the client would have done. */
  toServer(sequence: bigint | number, content: string | Uint8Array, chosen?: Chosen): Buffer;
}

/** A pair that has shaken hands, and its secrets according to its key log. */
export function knownSession(
  suite: CipherSuite = PSK_CCM_8,
  connectionId?: ConnectionIdOptions,
  loses?: PairOptions["loses"],
): KnownSession {
  const lines: string[] = [];
  const callbacks = { onKeyLog: (line: string) => lines.push(line) };
  const pair = establishedPair({ ...optionsFor(suite, connectionId), callbacks, ...(loses && { loses }) });
  const [clientRandom, master] = (lines[0] ?? "")
    .split(" ")
    .slice(1)
    .map((text) => Buffer.from(text, "hex"));
  if (clientRandom === undefined || master === undefined) throw new Error("There is no key log.");
  const keys = referenceKeys(suite, master, clientRandom, serverRandomOf(pair));
  const cid = engine.info(pair.server).connectionId ?? NONE;
  const toServer: KnownSession["toServer"] = (sequence, content, chosen = {}) => {
    const { type = ContentType.applicationData, epoch = 1, padding = 0 } = chosen;
    const number = (BigInt(epoch) << 48n) | BigInt(sequence);
    const bytes = Buffer.from(content);
    if (cid.length === 0) return referenceSeal(keys.client, { type, number, cid }, bytes);
    const inner = Buffer.concat([bytes, Buffer.from([type]), Buffer.alloc(padding)]);
    return referenceSeal(keys.client, { type: ContentType.tls12Cid, number, cid }, inner);
  };
  return { pair, master, clientRandom, keys, toServer };
}

function serverRandomOf(pair: Pair): Buffer {
  const cidLength = engine.info(pair.client).connectionId?.length ?? 0;
  const serverHello = recordsTo(pair, "client", cidLength).find(({ type, epoch, fragment }) => {
    return type === ContentType.handshake && epoch === 0 && fragment[0] === 2;
  });
  if (serverHello === undefined) throw new Error("There is no ServerHello.");
  return serverHello.fragment.subarray(14, 46); // behind the header of the message and the version
}

/** A record as it went over the network. */
export interface SentRecord {
  readonly type: number;
  readonly epoch: number;
  readonly sequence: bigint;
  readonly fragment: Buffer;
  /** With its header. */
  readonly whole: Buffer;
}

/** The records of datagrams whose peer has a connection ID of so many bytes; parts of them, not copies. */
export function recordsOf(datagrams: readonly Uint8Array[], cidLength = 0): SentRecord[] {
  return datagrams.flatMap((datagram) => {
    const bytes = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.length);
    const records: SentRecord[] = [];
    for (let at = 0; at < bytes.length; ) {
      const type = bytes.readUInt8(at);
      const start = at + RECORD_HEADER_BYTES + (type === ContentType.tls12Cid ? cidLength : 0);
      const end = start + bytes.readUInt16BE(start - 2);
      const sequence = bytes.readBigUInt64BE(at + 3) & (EPOCH_1 - 1n);
      const [fragment, whole] = [bytes.subarray(start, end), bytes.subarray(at, end)];
      records.push({ type, epoch: bytes.readUInt16BE(at + 3), sequence, fragment, whole });
      at = end;
    }
    return records;
  });
}

/** The records that were sent to one side. */
export function recordsTo(pair: Pair, side: Side, cidLength = 0): SentRecord[] {
  return recordsOf(
    pair.sent.filter(({ to }) => to === side).map(({ datagram }) => datagram),
    cidLength,
  );
}
