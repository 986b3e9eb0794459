import { ClosedError, type Link, parseCoapUri } from "@coapkit/protocol";
import { Client } from "../client/client.js";
import type { Query } from "../context/query.js";
import type { RoutePlan } from "../context/route-plan.js";
import { type Dependency, keyOf } from "../di/container.js";
import type { LinkProvider } from "../discovery/links.js";
import type { DispatchCounters } from "../dispatch/dispatch-counters.js";
import type { Dispatcher } from "../dispatch/dispatcher.js";
import { nativeEngine } from "../engine/native-engine.js";
import { ConfigError } from "../errors/config-error.js";
import type { HookMap, HookName, HookOptions } from "../hooks/hooks.js";
import { InjectEngine } from "../inject/inject-engine.js";
import type { InjectedReply } from "../inject/injected-reply.js";
import { type InjectRequest, inject } from "../inject/injection.js";
import type { Plugin } from "../plugins/plugin.js";
import { assertOpen, type Contributions } from "../plugins/plugin-host.js";
import { type BootStep, loadPlugins } from "../plugins/plugin-loader.js";
import type { BoundAddress, Engine, EngineCounters } from "../ports/engine.js";
import type { Logger } from "../ports/logger.js";
import { routeOf } from "../routing/route.js";
import type { PathParams, RouteDefinition } from "../routing/route-definition.js";
import type { ParsedAppOptions } from "./app-options.js";
import { compileDispatcher } from "./compile-dispatcher.js";
import { runClose, runReady } from "./lifecycle.js";
import { withDeadline } from "./with-deadline.js";

const OWNER = "app";
const INJECT_ADDRESS = { scheme: "coap", host: "inject", port: 0, path: [], query: [] } as const;

/** A CoAP application. Made by `createApp`; open for additions until the first `ready`, `listen` or `inject`. */
export class App {
  readonly log: Logger;
  /** Requests to other servers, and to peers that called; usable from `onReady` on. Constructors get it as `Client`. */
  readonly client: Client;
  readonly #options: ParsedAppOptions;
  readonly #contributions: Contributions;
  readonly #injectEngine = new InjectEngine();
  /** The network's engine; it binds nothing before the first `listen`. */
  readonly #engine: Engine;
  readonly #timed: BootStep;
  #dispatcher: Dispatcher | undefined;
  #ready: Promise<void> | undefined;
  #closed: Promise<void> | undefined;
  #hasDrained = false;

  /** @internal */
  constructor(options: ParsedAppOptions, contributions: Contributions) {
    const { clock, log } = contributions;
    this.log = log;
    this.#options = options;
    this.#contributions = contributions;
    this.#timed = (what, step) => withDeadline(clock, options.lifecycleTimeoutMs, what, step);
    const createEngine = options.engine ?? nativeEngine();
    this.#engine = createEngine({
      clock,
      log,
      options: contributions.options,
      transportFor: (scheme) => contributions.transports.get(scheme),
      streamsBody: (method, view) => this.#dispatcher?.routes.streamsBody(method, view) ?? false,
      bodyLimitBytes: (method, view) => this.#dispatcher?.routes.bodyLimitBytes(method, view) ?? options.bodyLimitBytes,
    });
    const { formats } = contributions;
    this.client = new Client({ engine: this.#engine, formats, clock, assertUsable: () => this.#assertClientUsable() });
  }

  /** Sets up plugins, for `createApp`. @internal */
  async loadPlugins(plugins: readonly Plugin[]): Promise<void> {
    await loadPlugins(plugins, this.#contributions, this.#engine, this.#timed);
  }

  /** Every route, in the order of registration. */
  get routes(): readonly RoutePlan[] {
    return this.#contributions.routes.all;
  }

  /** What the kernel has done; `undefined` before the app is ready. */
  get counters(): Readonly<DispatchCounters> | undefined {
    return this.#dispatcher?.counters;
  }

  /** The engine's own counters; those of the native engine appear with the first `listen`. */
  get engineCounters(): EngineCounters {
    return this.#engine.counters;
  }

  /**
   * Adds a route without decorators; params, query and payload have the types that path and schemas say.
   * @throws ConfigError for a malformed or taken path, and once the app is ready
   */
  route<const TPath extends string, TParams = PathParams<TPath>, TQuery = Query, TPayload = unknown>(
    definition: RouteDefinition<TPath, TParams, TQuery, TPayload>,
  ): this {
    assertOpen(this.#contributions, OWNER);
    this.#contributions.routes.add(routeOf(definition as unknown as RouteDefinition, OWNER));
    return this;
  }

  /** Adds a hook; the app's hooks run after the plugins'. @throws ConfigError once the app is ready */
  hook<N extends HookName>(name: N, hook: HookMap[N], options?: HookOptions): this {
    assertOpen(this.#contributions, OWNER);
    this.#contributions.hooks.add(name, hook, OWNER, options);
    return this;
  }

  /** Adds links to `/.well-known/core`. @throws ConfigError once the app is ready */
  links(links: readonly Link[] | LinkProvider): this {
    assertOpen(this.#contributions, OWNER);
    this.#contributions.links.add(links);
    return this;
  }

  /** A service from the app's container. @throws ConfigError where nobody provides it */
  resolve<T>(dependency: Dependency<T>): T {
    return this.#contributions.container.resolveFor(keyOf(dependency), OWNER);
  }

  /**
   * Freezes the app, compiles its routes and runs the `onReady` hooks. `listen` and `inject` do so by themselves.
   * @throws ConfigError for what is put together wrongly; what had started is closed then
   */
  ready(): Promise<void> {
    this.#ready ??= this.#closed === undefined ? this.#start() : Promise.reject(closedError());
    return this.#ready;
  }

  /**
   * Listens on an address; may be called several times, for several addresses.
   * @param uri `coap://[::]:5683`; port 0 lets the system choose
   * @returns where it really listens
   * @throws ConfigError for a malformed address or a scheme that the engine has no transport for, NetworkError where it
   * cannot be bound
   */
  async listen(uri: string): Promise<BoundAddress> {
    const address = parseCoapUri(uri);
    if (!address.ok) throw new ConfigError("COAPKIT_ERR_OPTIONS_INVALID", `listen: ${address.reason}`);
    const dispatcher = await this.#readyDispatcher();
    const bound = await this.#engine.listen(address.value, (exchange) => dispatcher.handle(exchange));
    this.log.info({ ...bound }, "listening");
    for (const { hook, owner } of this.#contributions.hooks.all("onListen"))
      await this.#timed(`onListen of ${owner}`, () => hook(bound));
    return bound;
  }

  /**
   * Takes one request through the same lifecycle as one from a socket, without a socket.
   * @throws TimeoutError where the request is left without an answer
   */
  async inject(request: InjectRequest): Promise<InjectedReply> {
    await this.#readyDispatcher();
    return inject(this.#injectEngine, this.#contributions.formats, request);
  }

  /**
   * Refuses new requests with 5.03, lets those in flight end for at most `drainTimeoutMs`, then closes sockets, services
   * and plugins in reverse boot order. Calling it again gives the same promise.
   * @throws AggregateError of what went wrong, after everything else was closed
   */
  close(): Promise<void> {
    this.#closed ??= this.#stop();
    return this.#closed;
  }

  async #readyDispatcher(): Promise<Dispatcher> {
    if (this.#closed !== undefined) throw closedError();
    await this.ready();
    if (this.#closed !== undefined) throw closedError();
    return this.#dispatcher as Dispatcher;
  }

  /** Handlers that are still at work while the app closes may finish what they do. */
  #assertClientUsable(): void {
    if (this.#hasDrained) throw new ClosedError("The app is closed; make requests before.");
    if (this.#contributions.isFrozen) return;
    throw new ConfigError(
      "COAPKIT_ERR_APP_STATE",
      "app.client is used before the app is ready; await app.ready() first, or use it from onReady on.",
    );
  }

  async #start(): Promise<void> {
    const { hooks, container, routes } = this.#contributions;
    this.#contributions.isFrozen = true;
    try {
      for (const { hook } of hooks.all("onRoute")) for (const route of routes.all) hook(route);
      const dispatcher = compileDispatcher(this.#contributions, this.#options);
      this.#dispatcher = dispatcher;
      this.#contributions.restore = async (observation) => this.#engine.restore?.(observation);
      this.#contributions.repeat = (ctx, deliver, handler) => dispatcher.repeat(ctx, deliver, handler);
      await this.#injectEngine.listen(INJECT_ADDRESS, (exchange) => dispatcher.handle(exchange));
      await runReady(hooks, container, this.#timed);
    } catch (error) {
      await this.close().catch(() => undefined);
      throw error;
    }
  }

  async #stop(): Promise<void> {
    const { hooks, container, clock } = this.#contributions;
    const { drainTimeoutMs } = this.#options;
    if (this.#dispatcher !== undefined) {
      const dispatcher = this.#dispatcher;
      dispatcher.stopAccepting();
      const timer = clock.setTimer(drainTimeoutMs, () => dispatcher.cut());
      await dispatcher.idle();
      timer.cancel();
      dispatcher.stop();
    }
    this.#hasDrained = true;
    const errors: unknown[] = [];
    for (const engine of [this.#engine, this.#injectEngine]) {
      try {
        await engine.close(drainTimeoutMs);
      } catch (error) {
        errors.push(error);
      }
    }
    errors.push(...(await runClose(hooks, container, this.#timed, this.log)));
    if (errors.length > 0) throw new AggregateError(errors, "The app closed, but not everything in it ended well.");
  }
}

function closedError(): ConfigError {
  return new ConfigError("COAPKIT_ERR_APP_STATE", "The app is closed; create another one.");
}
