import type { Result } from "@coapkit/core";

/** Texts of a claim that is a list, or a text with blanks between its items. RFC 8693 §4.2, RFC 9200 §5.8.1. */
export function textsOf(claim: unknown): readonly string[] {
  if (typeof claim === "string") return claim.split(" ").filter((item) => item !== "");
  if (!Array.isArray(claim)) return [];
  return claim.filter((item): item is string => typeof item === "string" && item !== "");
}

/** Name of whom a token speaks. */
export function nameOf(claim: unknown): Result<string> {
  return typeof claim === "string" && claim !== "" ? { ok: true, value: claim } : { ok: false, reason: "no subject" };
}
