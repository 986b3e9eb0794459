import { Code, type LogLevel, type RequestContext, type Response } from "@coapkit/core";

/**
 * Level of an exchange's record. Success: as the option says. 4.xx: `info`, a client may try. No answer, and 5.xx that
 * was meant: `warn`. 5.xx by a bug: `error`.
 */
export function exchangeLevel(ctx: RequestContext, response: Response | undefined, success: LogLevel): LogLevel {
  if (response === undefined) return "warn";
  switch (response.code >>> 5) {
    case 2:
      return success;
    case 4:
      return "info";
    default:
      return response.code === Code.InternalServerError || isBug(ctx.error) ? "error" : "warn";
  }
}

/** Whether a thrown value is neither an error nor a reply that was made for the client; both have a response code. */
function isBug(error: unknown): boolean {
  if (error === undefined) return false;
  if (typeof error !== "object" || error === null) return true;
  return !("responseCode" in error) && !("code" in error && typeof error.code === "number");
}
