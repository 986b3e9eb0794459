/**
 * A body that is read piece by piece, at any offset: a file, a generated image. Reads of one transfer come one after
 * the other; a client may ask for the same block again.
 */
export interface BlockSource {
  /** Size of the whole body, when it is known; goes into Size1 or Size2. */
  readonly sizeBytes?: number | undefined;
  /**
   * Bytes at `offset`, `length` of them unless the body ends before; `undefined` when this part cannot be had any more.
   * A rejection or a throw makes the transfer fail, and so does a body that ends before its `sizeBytes`.
   */
  read(offset: number, length: number): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** Called once when nobody will read any more. */
  close?(): void;
}

/** A body to send: at hand, or to be read as it is needed. */
export type BlockBody = Uint8Array | BlockSource;

/** A piece of a body, and whether something follows it. */
export interface BodyPiece {
  readonly payload: Uint8Array;
  readonly more: boolean;
}

/** Size of a body in bytes, when it is known. */
export function bodySize(body: BlockBody): number | undefined {
  return body instanceof Uint8Array ? body.length : body.sizeBytes;
}

/**
 * Piece of at most `length` bytes at `offset`, at once where the body gives it at once; `undefined` when the source
 * cannot give it any more. Reads one byte beyond the piece to learn whether it is the last.
 */
export function readPiece(
  body: BlockBody,
  offset: number,
  length: number,
): BodyPiece | undefined | Promise<BodyPiece | undefined> {
  if (body instanceof Uint8Array) {
    return { payload: body.subarray(offset, offset + length), more: offset + length < body.length };
  }
  const bytes = body.read(offset, length + 1);
  if (bytes instanceof Promise) return bytes.then((read) => pieceOf(read, body, offset, length));
  return pieceOf(bytes, body, offset, length);
}

/** @throws RangeError where the body ends before its size: its reader would take what has come for the whole */
function pieceOf(
  bytes: Uint8Array | undefined,
  { sizeBytes }: BlockSource,
  offset: number,
  length: number,
): BodyPiece | undefined {
  if (bytes === undefined) return undefined;
  if (sizeBytes !== undefined && bytes.length <= length && offset + bytes.length < sizeBytes)
    throw new RangeError(`A source of ${sizeBytes} bytes ended after ${offset + bytes.length}.`);
  return { payload: bytes.subarray(0, length), more: bytes.length > length };
}
