import type { Logger, RequestContext } from "@coapkit/core";
import { formatCode } from "@coapkit/protocol";
import type { RefusalReason } from "../guards/evaluate.js";
import type { Identity } from "../identity/identity.js";

/** One decision, without secrets: no token, no query, no payload. */
export interface AuditRecord {
  readonly decision: "allowed" | "refused";
  readonly reason: "allowed" | "login" | "logout" | RefusalReason;
  /** More of the reason, such as what is wrong with a token; not meant for the client. */
  readonly detail?: string | undefined;
  /** Code of the answer to a refusal: `4.03`. */
  readonly code?: string | undefined;
  /** Who asked, as far as known. */
  readonly source?: Identity["source"] | undefined;
  readonly name?: string | undefined;
  /** `coaps://192.0.2.7:5684`. */
  readonly peer: string;
  readonly method: string;
  /** Path as sent, without the query. */
  readonly path: string;
  /** Name of the route. */
  readonly route: string;
  /** The route's guards. */
  readonly guard: string;
}

/** Gets every decision. What it throws is logged, and changes nothing. */
export type AuditCallback = (record: AuditRecord) => void;

/** Hands decisions to the app's callback; refusals go to the log, too, at debug. */
export class Audit {
  readonly #callback: AuditCallback | undefined;
  readonly #log: Logger;

  constructor(callback: AuditCallback | undefined, log: Logger) {
    this.#callback = callback;
    this.#log = log;
  }

  /** Whether anybody hears of what is allowed. */
  get isHeard(): boolean {
    return this.#callback !== undefined;
  }

  record(
    ctx: RequestContext,
    guard: string,
    decision: Pick<AuditRecord, "decision" | "reason" | "detail">,
    identity: Identity | undefined,
    code?: number,
  ): void {
    const isLogged = decision.decision === "refused" && this.#log.isLevelEnabled("debug");
    if (this.#callback === undefined && !isLogged) return;
    const record: AuditRecord = {
      ...decision,
      code: code === undefined ? undefined : formatCode(code),
      source: identity?.source,
      name: identity?.name,
      peer: peerName(ctx.peer),
      method: ctx.route.method ?? "",
      path: ctx.path,
      route: ctx.route.name,
      guard,
    };
    if (isLogged) this.#log.debug(record as unknown as Readonly<Record<string, unknown>>, "refused");
    this.#call(record);
  }

  #call(record: AuditRecord): void {
    try {
      this.#callback?.(record);
    } catch (err) {
      this.#log.error({ err, callback: "audit" }, "callback failed");
    }
  }
}

function peerName({ scheme, address, port }: RequestContext["peer"]): string {
  return `${scheme}://${address.includes(":") ? `[${address}]` : address}:${port}`;
}
