import type { Container } from "../di/container.js";
import type { HookRegistry } from "../hooks/hook-registry.js";
import type { Awaitable } from "../hooks/hooks.js";
import type { BootStep } from "../plugins/plugin-loader.js";
import type { Logger } from "../ports/logger.js";

/** A service that wants to know when the app is ready. */
export interface OnReady {
  onReady(): Awaitable<void>;
}

/** A service that has something to close. */
export interface OnClose {
  onClose(): Awaitable<void>;
}

/** Tells hooks, then services, that the app is ready; each in boot order. @throws what they throw */
export async function runReady(hooks: HookRegistry, container: Container, timed: BootStep): Promise<void> {
  for (const { hook, owner } of hooks.all("onReady")) await timed(`onReady of ${owner}`, hook);
  for (const service of container.created) {
    if (isFunction(service, "onReady")) await timed(`onReady of ${service.constructor.name}`, () => service.onReady());
  }
}

/**
 * Closes in reverse boot order: services first, then hooks. Each gets its turn whatever the others do.
 * @returns what went wrong, which is logged too
 */
export async function runClose(
  hooks: HookRegistry,
  container: Container,
  timed: BootStep,
  log: Logger,
): Promise<unknown[]> {
  const steps: (readonly [string, () => Awaitable<void>])[] = hooks
    .all("onClose")
    .map(({ hook, owner }) => [`onClose of ${owner}`, hook]);
  for (const service of container.created) {
    if (isFunction(service, "onClose")) steps.push([`onClose of ${service.constructor.name}`, () => service.onClose()]);
  }
  const errors: unknown[] = [];
  for (const [what, step] of steps.reverse()) {
    try {
      await timed(what, step);
    } catch (err) {
      errors.push(err);
      log.error({ err, step: what }, "close failed");
    }
  }
  return errors;
}

function isFunction<K extends string>(service: object, name: K): service is object & Record<K, () => Awaitable<void>> {
  return typeof (service as Record<string, unknown>)[name] === "function";
}
