import type { Clock, LogFields, RequestContext, Response } from "@coapkit/core";
import { formatCode, methodName, OptionNumber } from "@coapkit/protocol";

/** The message of every exchange record; what differs is in the fields. */
export const EXCHANGE_MESSAGE = "exchange";

/** What a record needs besides the exchange. */
export interface RecordContext {
  readonly clock: Clock;
  redactQuery(query: readonly string[]): string | undefined;
}

/** Fields of one exchange; a field that does not apply is undefined, which pino leaves out. Never payloads. */
export function exchangeRecord(ctx: RequestContext, response: Response | undefined, context: RecordContext): LogFields {
  const { request } = ctx;
  return {
    peer: peerName(ctx.peer),
    type: request.confirmable ? "CON" : "NON",
    messageId: request.messageId,
    method: methodName(request.method) ?? formatCode(request.method),
    path: ctx.path,
    query: context.redactQuery(request.options.strings(OptionNumber.UriQuery)),
    code: response === undefined ? undefined : formatCode(response.code),
    contentFormat: known(ctx.contentFormat),
    accept: known(ctx.accept),
    responseFormat: response?.contentFormat,
    requestBytes: request.payload.length,
    responseBytes: response === undefined ? undefined : sizeBytes(response.payload),
    durationMs: rounded(context.clock.nowMs() - ctx.receivedMs),
    route: ctx.route.name,
    plugin: ctx.endedBy ?? ctx.route.owner,
    dropReason: ctx.dropReason,
  };
}

/** Name and message of what was thrown, without its stack: the kernel has logged that with the bug itself. */
export function errorSummary(error: unknown): string | undefined {
  if (error === undefined || typeof error === "string") return error;
  return error instanceof Error ? `${error.name}: ${error.message}` : `thrown ${typeof error}`;
}

/** `coap://[::1]:5683`. */
function peerName({ scheme, address, port }: RequestContext["peer"]): string {
  return `${scheme}://${address.includes(":") ? `[${address}]` : address}:${port}`;
}

function known(formatNumber: number): number | undefined {
  return formatNumber < 0 ? undefined : formatNumber;
}

function sizeBytes(payload: Uint8Array | string): number {
  return typeof payload === "string" ? Buffer.byteLength(payload) : payload.length;
}

/** To a microsecond: what is left of it would be noise. */
function rounded(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1000;
}
