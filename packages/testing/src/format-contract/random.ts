/** Repeatable pseudo-random numbers: the same seed gives the same test. */
export class Random {
  #state: number;

  /** @param seed any number; its low 32 bits count */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number {
    // xorshift32 stays at 0 once it is there.
    let x = this.#state === 0 ? 0x9e3779b9 : this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state % limit;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** A copy with a few bytes changed, dropped or doubled: what fuzzers find most with. */
  mutate(bytes: Uint8Array): Uint8Array {
    const mutant = [...bytes];
    for (let edits = 1 + this.below(3); edits > 0; edits--) this.#edit(mutant);
    return Uint8Array.from(mutant);
  }

  #edit(bytes: number[]): void {
    const at = this.below(bytes.length + 1);
    const edit = this.below(4);
    if (edit === 0) bytes.splice(at, 1);
    else if (edit === 1) bytes.splice(at, 0, this.below(256));
    else if (edit === 2) bytes.splice(at, 0, ...bytes.slice(at, at + 1 + this.below(8)));
    else bytes[Math.min(at, Math.max(0, bytes.length - 1))] = this.below(256);
  }
}
