/** One thing that a contract asks for: a sentence, and a check that throws an `AssertionError` where it does not hold. */
export interface ContractCase {
  /** A sentence without a subject: "refuses unknown options". */
  readonly title: string;
  run(): Promise<void> | void;
}
