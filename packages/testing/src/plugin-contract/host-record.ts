import type { Clock, Dependency, HookMap, HookName, PayloadFormat, Plugin, PluginHost } from "@coapkit/core";

/** A hook that threw. */
export interface HookFailure {
  readonly hook: HookName;
  readonly error: unknown;
}

/** What a plugin did with one app's host. */
export interface HostRecord {
  /** `undefined` before setup ran. */
  host: PluginHost | undefined;
  readonly formats: PayloadFormat[];
  readonly provided: Dependency[];
  readonly hookFailures: HookFailure[];
  /** Calls of the plugin's request hooks. */
  hookCalls: number;
  /** Names of registrations after setup had ended. */
  readonly lateRegistrations: string[];
  /** Timers of `host.clock` that have neither fired nor been cancelled. */
  readonly timers: Set<object>;
}

/** The same plugin, watched: all that it does goes on to the app's host, and into the record. */
export function recordPlugin(plugin: Plugin): { readonly plugin: Plugin; readonly record: HostRecord } {
  const record: HostRecord = {
    host: undefined,
    formats: [],
    provided: [],
    hookFailures: [],
    hookCalls: 0,
    lateRegistrations: [],
    timers: new Set(),
  };
  const setup = async (host: PluginHost, options: unknown): Promise<void> => {
    let isOpen = true;
    record.host = host;
    const note = (registration: string) => {
      if (!isOpen) record.lateRegistrations.push(registration);
    };
    try {
      await plugin.definition.setup(watchedHost(host, record, note), options);
    } finally {
      isOpen = false;
    }
  };
  return { plugin: Object.freeze({ ...plugin, definition: { ...plugin.definition, setup } }), record };
}

function watchedHost(host: PluginHost, record: HostRecord, note: (registration: string) => void): PluginHost {
  return {
    formats: {
      add(format, options) {
        note(`formats.add(${format.contentFormat})`);
        record.formats.push(format);
        host.formats.add(format, options);
      },
    },
    hooks: {
      add(name, hook, options) {
        note(`hooks.add("${name}")`);
        host.hooks.add(name, watchedHook(name, hook, record), options);
      },
    },
    options: {
      define(definition) {
        note(`options.define(${definition.name})`);
        host.options.define(definition);
      },
    },
    routes: {
      add(route) {
        note(`routes.add(${route.method} ${route.path})`);
        host.routes.add(route);
      },
    },
    links: {
      add(links) {
        note("links.add");
        host.links.add(links);
      },
      describe(attributesOf) {
        note("links.describe");
        host.links.describe(attributesOf);
      },
      filter(isShown) {
        note("links.filter");
        host.links.filter(isShown);
      },
    },
    transports: {
      add(factory, options) {
        note(`transports.add(${factory.scheme})`);
        host.transports.add(factory, options);
      },
    },
    repeat: (ctx, handler) => host.repeat(ctx, handler),
    restore: (observation) => host.restore(observation),
    provide(dependency, factory, options) {
      note(`provide(${nameOf(dependency)})`);
      record.provided.push(dependency);
      host.provide(dependency, factory, options);
    },
    resolve: (dependency) => host.resolve(dependency),
    onReady(callback) {
      note("onReady");
      host.onReady(watchedHook("onReady", callback, record));
    },
    onClose(callback) {
      note("onClose");
      host.onClose(watchedHook("onClose", callback, record));
    },
    log: host.log,
    clock: watchedClock(host.clock, record),
  };
}

/** What a service is asked for by, for messages. */
export function nameOf(dependency: Dependency): string {
  return typeof dependency === "function" ? dependency.name : dependency.description;
}

function watchedHook<N extends HookName>(name: N, hook: HookMap[N], record: HostRecord): HookMap[N] {
  const fail = (error: unknown): never => {
    record.hookFailures.push({ hook: name, error });
    throw error;
  };
  const watched = (...args: unknown[]): unknown => {
    record.hookCalls++;
    try {
      const result: unknown = Reflect.apply(hook, undefined, args);
      return result instanceof Promise ? result.catch(fail) : result;
    } catch (error) {
      return fail(error);
    }
  };
  return watched as HookMap[N];
}

function watchedClock(clock: Clock, record: HostRecord): Clock {
  return {
    nowMs: () => clock.nowMs(),
    setTimer(delayMs, callback) {
      const timer = clock.setTimer(delayMs, () => {
        record.timers.delete(timer);
        callback();
      });
      record.timers.add(timer);
      return {
        cancel() {
          record.timers.delete(timer);
          timer.cancel();
        },
      };
    },
  };
}
