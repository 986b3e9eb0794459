import { ReplyStream } from "./reply-stream.js";

/**
 * Replies as the resource changes, the newest to a slow reader. RFC 7641. The first read registers; leaving the loop,
 * `return` and `await using` deregister. It ends when the server ends it, after one reply where the server does not
 * observe, and with an error as a request does.
 */
export class Observation<R> extends ReplyStream<R> {}
