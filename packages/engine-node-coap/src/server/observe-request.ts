import { isSafeMethod, OptionNumber } from "@coapkit/protocol";
import { readBlock } from "../message/block-option.js";
import type { Message } from "../message/message.js";

/** What a request asks about observation: 0 to register, 1 to deregister. RFC 7641 §2. */
export const ObserveAction = { Register: 0, Deregister: 1 } as const;

/** The Observe value of a request, where it has a meaning: with GET and FETCH, and not with a later block. */
export function observeActionOf({ code, options }: Message): number | undefined {
  if (!isSafeMethod(code)) return undefined;
  const block = readBlock(options, OptionNumber.Block2);
  return block !== undefined && block.num > 0 ? undefined : options.uint(OptionNumber.Observe);
}
