import type { RequestContext } from "../context/request-context.js";
import type { RoutePlan } from "../context/route-plan.js";
import type { BoundAddress, Response } from "../ports/engine.js";
import type { Reply } from "../reply/reply.js";

/** A value, or a promise of it; a value costs no promise. */
export type Awaitable<T> = T | Promise<T>;

// biome-ignore lint/suspicious/noConfusingVoidType: hooks that only look return nothing
type Nothing = void;

/** The steps of a request at which plugins and apps take part, in their order. `docs/lifecycle.md` draws them. */
export interface RequestHooks {
  /** After routing, before anything is read: guards belong here. A reply ends the request. */
  onRequest(ctx: RequestContext): Awaitable<Reply | Nothing>;
  /** After decoding and validation, right before the handler. A reply ends the request. */
  preHandler(ctx: RequestContext): Awaitable<Reply | Nothing>;
  /**
   * With what the handler returned, before it is encoded. What the hook returns takes its place; `undefined` leaves it as
   * it is.
   */
  onResult(ctx: RequestContext, result: unknown): unknown;
  /** With the encoded response, before it is sent, also for errors. A response takes its place. */
  onSend(ctx: RequestContext, response: Response): Awaitable<Response | Nothing>;
  /** With the encoded response of each notification, in the place of onSend; once for all observers that share it. */
  onNotify(ctx: RequestContext, response: Response): Awaitable<Response | Nothing>;
  /** With anything that was thrown on the way. A reply replaces the kernel's own mapping. */
  onError(ctx: RequestContext, error: unknown): Awaitable<Reply | Nothing>;
  /** After the response went out, or with `undefined` where none did (`ctx.dropReason` says why). */
  onResponse(ctx: RequestContext, response: Response | undefined): void;
}

/** The steps of an app's life. */
export interface AppHooks {
  /** At boot, once for each route, before the app is ready; throwing fails the boot. */
  onRoute(route: RoutePlan): void;
  /** When everything is frozen, before the first request, in boot order. */
  onReady(): Awaitable<void>;
  /** After each `listen`, with where the app listens now; throwing fails that `listen`. */
  onListen(bound: BoundAddress): Awaitable<void>;
  /** When the app closes, in reverse boot order; also after a failed boot. */
  onClose(): Awaitable<void>;
}

/** All hooks by name. */
export interface HookMap extends RequestHooks, AppHooks {}

/** Name of a hook. */
export type HookName = keyof HookMap;

/** Says at boot for which routes a hook runs. */
export interface HookOptions {
  /** Asked once for each route at boot; default: every route, and also requests without one. */
  readonly for?: (route: RoutePlan) => boolean;
  /** `"last"`: after all hooks of the name that do not say so, the app's included. Default: in the order of adding. */
  readonly at?: "last" | undefined;
}
