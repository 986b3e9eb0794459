import { ConfigError } from "../errors/config-error.js";
import type { Awaitable } from "../hooks/hooks.js";
import { isPromise } from "../hooks/is-promise.js";
import type { Clock } from "../ports/clock.js";

/**
 * Waits for one step of boot or close.
 * @param what named in the error: `setup of plugin @acme/x`
 * @throws ConfigError COAPKIT_ERR_LIFECYCLE_TIMEOUT when it takes longer, else what the step throws
 */
export async function withDeadline<T>(
  clock: Clock,
  timeoutMs: number,
  what: string,
  step: () => Awaitable<T>,
): Promise<T> {
  const running = step();
  if (!isPromise(running)) return running;
  return new Promise<T>((resolve, reject) => {
    const timer = clock.setTimer(timeoutMs, () => reject(timeoutError(what, timeoutMs)));
    Promise.resolve(running)
      .then(resolve, reject)
      .finally(() => timer.cancel());
  });
}

function timeoutError(what: string, timeoutMs: number): ConfigError {
  return new ConfigError(
    "COAPKIT_ERR_LIFECYCLE_TIMEOUT",
    `${what} took longer than ${timeoutMs} ms; make it end sooner, or raise lifecycleTimeoutMs in createApp's options.`,
  );
}
