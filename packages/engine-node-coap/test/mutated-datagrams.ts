import { ACK, CON, datagramOf, GET, NON, POST, RST } from "./rig.js";

/** A random or mutated datagram, some of them well-formed. */
export function mutated(random: () => number): Buffer {
  const pick = (count: number) => Math.floor(random() * count);
  if (random() < 0.3) return Buffer.from(Array.from({ length: pick(40) }, () => pick(256)));
  const numbers = [1, 3, 4, 6, 11, 12, 15, 17, 23, 27, 28, 35, 39, 60, 258, 292, 2049, 65000];
  const datagram = datagramOf({
    type: [CON, NON, ACK, RST][pick(4)] as number,
    code: [GET, POST, 5, 0, 0x45, pick(256)][pick(6)] as number,
    messageId: pick(50_000),
    token: "abcdefgh".slice(0, pick(9)),
    options: Array.from({ length: pick(5) }, () => ({
      number: numbers[pick(numbers.length)] as number,
      value: Uint8Array.from({ length: pick(6) }, () => pick(256)),
    })),
    payload: "x".repeat(pick(80)),
  });
  for (let flips = random() < 0.5 ? 0 : pick(4); flips > 0; flips--) datagram[pick(datagram.length)] = pick(256);
  return datagram.subarray(0, random() < 0.9 ? datagram.length : pick(datagram.length));
}

/** mulberry32: the same numbers for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
