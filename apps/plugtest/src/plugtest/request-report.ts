import type { RequestContext } from "@coapkit/core";
import { methodName } from "@coapkit/protocol";

/** What several resources say about the request: type, code, message ID and, unless it is empty, the token. */
export function requestReport(ctx: RequestContext): string {
  const { token } = ctx.request;
  const report = reportWithoutToken(ctx);
  return token.length === 0 ? report : `${report}\nToken: ${Buffer.from(token).toString("hex").toUpperCase()}`;
}

/** The request report without its last line. */
export function reportWithoutToken(ctx: RequestContext): string {
  const { method, messageId } = ctx.request;
  return `Type: ${typeNumber(ctx)} (${typeName(ctx)})\nCode: ${method} (${methodName(method)})\nMID: ${messageId}`;
}

/** `CON` or `NON`. */
export function typeName({ request }: RequestContext): string {
  return request.confirmable ? "CON" : "NON";
}

function typeNumber({ request }: RequestContext): number {
  return request.confirmable ? 0 : 1;
}
