import { codeClass, OptionNumber, type OptionsView } from "@coapkit/protocol";

/** Whether the client asked not to be sent responses of this class. RFC 7967 §2.1: 2 for 2.xx, 8 for 4.xx, 16 for 5.xx. */
export function isUnwanted(code: number, options: OptionsView): boolean {
  const unwanted = options.uint(OptionNumber.NoResponse);
  return unwanted !== undefined && unwanted <= 0xff && (unwanted & (1 << (codeClass(code) - 1))) !== 0;
}
