import type { Link } from "@coapkit/protocol";
import type { GroupResponse, Peer } from "../ports/engine.js";
import { DecodeError } from "./decode-error.js";
import { ReplyStream } from "./reply-stream.js";
import { ResponseError } from "./response-error.js";

/** What can be wrong with the answer of one member, while those of the others are right. */
export type GroupReplyError = ResponseError | DecodeError;

/** What one member of a group has answered: a reply, or why there is none. */
export type GroupReply<R> =
  | { readonly peer: Peer; readonly reply: R; readonly error: undefined }
  | { readonly peer: Peer; readonly reply: undefined; readonly error: GroupReplyError };

/** Links of one member of a group. */
export interface GroupLinks {
  /** Who has them: `{ peer, path: link.target }` is a target. */
  readonly peer: Peer;
  /** None where `error` says why. */
  readonly links: readonly Link[];
  /** The answer was an error, or has no links. */
  readonly error: GroupReplyError | undefined;
}

/**
 * Answers of a group, each as it comes. RFC 7252 §8. The first read asks; it ends when the time is over, and when the loop
 * is left. The answer of a member that cannot be had is no error of the others.
 */
export class GroupReplies<R> extends ReplyStream<R, GroupResponse> {}

/** The reply of one member. */
export async function settle<R>(peer: Peer, reading: Promise<R>): Promise<GroupReply<R>> {
  try {
    return { peer, reply: await reading, error: undefined };
  } catch (error) {
    if (error instanceof ResponseError || error instanceof DecodeError) return { peer, reply: undefined, error };
    throw error;
  }
}
