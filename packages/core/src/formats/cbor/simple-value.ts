/** A simple value that RFC 8949 §3.3 gives no meaning: 0 to 19, or 32 to 255. Read only, never written. */
export class SimpleValue {
  constructor(readonly value: number) {}
}
