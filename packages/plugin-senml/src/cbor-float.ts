/** A float of CBOR, told from an integer of the same value: versions and labels are integers alone. RFC 8428 §6. */
export class CborFloat {
  constructor(readonly value: number) {}
}
