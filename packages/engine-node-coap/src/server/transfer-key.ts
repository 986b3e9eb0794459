import { isNoCacheKey, OptionNumber, type OptionsView } from "@coapkit/protocol";

const NOT_IN_KEY: readonly number[] = [OptionNumber.Observe, OptionNumber.Block1, OptionNumber.Block2];

/**
 * What the blocks of one body have in common: the peer, the method and the cache-key options, among them Request-Tag,
 * and not the token. RFC 7959 §2.4, §2.5, RFC 9175 §3.3.
 */
export function transferKey(originKey: string, method: number, options: OptionsView): string {
  let key = `${originKey}/${method}`;
  for (const { number, value } of options) {
    if (isNoCacheKey(number) || NOT_IN_KEY.includes(number)) continue;
    key += `/${number}=${Buffer.from(value.buffer, value.byteOffset, value.length).toString("latin1")}`;
  }
  return key;
}
