import { badRequest, contextKey, type Reply, type Request, type RequestContext } from "@coapkit/core";
import { type OptionEntry, OptionNumber, OptionsView } from "@coapkit/protocol";
import type { Conditions } from "./conditions/conditions.js";
import { isConditional, parseConditions } from "./conditions/parse-conditions.js";

const CONDITIONS = contextKey<Conditions>("@coapkit/plugin-observe/conditions");

/** Takes the conditions out of a request's query, so that handlers and their schemas never see them. @returns 4.00 for malformed ones */
export function takeConditions(ctx: RequestContext): Reply | undefined {
  const parsed = parseConditions(ctx.request.options.strings(OptionNumber.UriQuery));
  if (!parsed.ok) return badRequest(parsed.reason);
  if (parsed.value === undefined) return undefined;
  ctx.set(CONDITIONS, parsed.value);
  const rest = Object.entries(ctx.query).filter(([name]) => !isConditional(name));
  ctx.query = Object.assign(Object.create(null), Object.fromEntries(rest));
  return undefined;
}

/** What `takeConditions` has found. */
export function conditionsOf(ctx: RequestContext): Conditions | undefined {
  return ctx.get(CONDITIONS);
}

/** The request without conditions: one for all who observe the same, whatever their conditions are. */
export function unconditional(ctx: RequestContext): Request {
  return conditionsOf(ctx) === undefined ? ctx.request : withoutConditions(ctx.request);
}

/** The same, of a request that has some. */
export function withoutConditions(request: Request): Request {
  const kept: OptionEntry[] = [];
  const items = request.options.strings(OptionNumber.UriQuery).values();
  for (const { number, value } of request.options) {
    const isDropped = number === OptionNumber.UriQuery && isConditional(items.next().value ?? "");
    if (!isDropped) kept.push({ number, value });
  }
  const { method, confirmable, messageId, token, payload, peer } = request;
  const options = OptionsView.of(kept);
  return { method, confirmable, messageId, token, payload, peer, options, origin: request.origin ?? request };
}
