import { type BlockSource, SequentialSource } from "@coapkit/protocol";
import type { RequestContext } from "../context/request-context.js";
import { Reply } from "../reply/reply.js";

/** Bytes that are read from a source at a time where an engine needs the whole body. */
const PART_BYTES = 65_536;
/** Largest body that is read as a whole for such an engine. */
const WHOLE_LIMIT_BYTES = 16 * 1_048_576;

/** A handler's value as a source: one that it is already, or an async iterable of bytes; else `undefined`. */
export function sourceOf(value: unknown): BlockSource | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  // Before `read`, which streams of Node have, too.
  if (Symbol.asyncIterator in value)
    return iterableSource(value as AsyncIterable<Uint8Array> & Partial<AsyncDisposable>);
  return typeof (value as Partial<BlockSource>).read === "function" ? (value as BlockSource) : undefined;
}

/** An iterable that was never begun is told by its dispose method, which an open file has, that nobody will. */
function iterableSource(body: AsyncIterable<Uint8Array> & Partial<AsyncDisposable>): BlockSource {
  let isBegun = false;
  const source = new SequentialSource({
    open: () => {
      isBegun = true;
      return body;
    },
  });
  return {
    read: (offset, length) => source.read(offset, length),
    close: () => {
      source.close();
      if (!isBegun) void body[Symbol.asyncDispose]?.()?.then(undefined, () => undefined);
    },
  };
}

/** Lets go of the answer's body, which nobody will read any more. */
export function closeSource(ctx: RequestContext): void {
  const { source } = ctx;
  if (source === undefined) return;
  ctx.source = undefined;
  close(source);
}

/** Lets go of a body in what a handler or hook gave too late. */
export function closeLate(value: unknown): void {
  const source = sourceOf(value instanceof Reply ? value.payload : value);
  if (source !== undefined) close(source);
}

/** What a source throws when it is closed concerns no request. */
function close(source: BlockSource): void {
  try {
    source.close?.();
  } catch {
    // its body has no reader
  }
}

/** A whole body, for engines that cannot read it block by block. @throws RangeError above 16 MiB, and what the source throws */
export async function readWhole(source: BlockSource): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let lengthBytes = 0;
  for (;;) {
    const part = await source.read(lengthBytes, PART_BYTES);
    if (part === undefined) throw new RangeError("A body ended before it was read.");
    parts.push(part);
    lengthBytes += part.length;
    if (lengthBytes > WHOLE_LIMIT_BYTES) {
      throw new RangeError(
        `A body exceeds ${WHOLE_LIMIT_BYTES} bytes, which this engine has to hold as a whole; use the native engine.`,
      );
    }
    if (part.length < PART_BYTES) return Buffer.concat(parts, lengthBytes);
  }
}
