import { FrameKind, Scratch } from "../../src/native/scratch-layout.js";

/** Everything that a call left in the scratch buffer, copied. */
export interface EngineOutput {
  readonly flags: number;
  readonly timeoutMs: number;
  readonly session: number;
  readonly endReason: number;
  readonly alert: number;
  readonly plaintexts: readonly Uint8Array[];
  readonly datagrams: readonly Uint8Array[];
  readonly pskIdentity: Uint8Array | undefined;
}

/** Reads what a call that returned `end` has written. */
export function readOutput(scratch: Uint8Array, end: number): EngineOutput {
  const view = new DataView(scratch.buffer, scratch.byteOffset);
  const frames: { readonly kind: number; readonly bytes: Uint8Array }[] = [];
  for (let at: number = Scratch.firstFrame; at < end; ) {
    const length = view.getUint16(at + 2, true);
    frames.push({
      kind: scratch[at] ?? -1,
      bytes: scratch.slice(at + Scratch.frameHead, at + Scratch.frameHead + length),
    });
    at += Scratch.frameHead + length;
  }
  const ofKind = (kind: number) => frames.filter((frame) => frame.kind === kind).map((frame) => frame.bytes);
  return {
    flags: view.getUint32(Scratch.flags, true),
    timeoutMs: view.getUint32(Scratch.timeoutMs, true),
    session: view.getUint32(Scratch.session, true),
    endReason: view.getUint8(Scratch.endReason),
    alert: view.getUint8(Scratch.alert),
    plaintexts: ofKind(FrameKind.plaintext),
    datagrams: ofKind(FrameKind.datagram),
    pskIdentity: ofKind(FrameKind.pskIdentity)[0],
  };
}
