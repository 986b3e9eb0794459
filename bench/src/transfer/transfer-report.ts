/** What a run of transfers found; its only line on standard output. */
export interface TransferReport {
  /** From the first block of the first transfer to the last of the last. */
  readonly seconds: number;
  /** Whole bodies. */
  readonly bodies: number;
  /** Blocks that were answered rightly, those of transfers that were given up too. */
  readonly blocks: number;
  /** Requests sent again because no answer came within a second. */
  readonly resent: number;
  /** Transfers ended by a wrong answer, and datagrams that are not CoAP. */
  readonly wrong: number;
}
