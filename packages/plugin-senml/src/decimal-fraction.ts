type Integer = number | bigint;

/** Tag of a decimal fraction. RFC 8949 §3.4.4. */
const TAG = 4;

/** CBOR's mantissa × 10^exponent, which SenML takes as a number. RFC 8428 §6. */
export class DecimalFraction {
  readonly #exponent: Integer;
  readonly #mantissa: Integer;

  constructor(exponent: Integer, mantissa: Integer) {
    this.#exponent = exponent;
    this.#mantissa = mantissa;
  }

  /** What stands for a tagged item: a decimal fraction, or `null`, which is the value of no field. */
  static orUnknown(tag: number, content: unknown): DecimalFraction | null {
    if (tag !== TAG || !Array.isArray(content) || content.length !== 2) return null;
    const [exponent, mantissa] = content as [unknown, unknown];
    return isInteger(exponent) && isInteger(mantissa) ? new DecimalFraction(exponent, mantissa) : null;
  }

  /** The nearest double: text is converted with one rounding, a multiplication would have two. */
  toNumber(): number {
    return Number(`${this.#mantissa}e${this.#exponent}`);
  }
}

function isInteger(value: unknown): value is Integer {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}
