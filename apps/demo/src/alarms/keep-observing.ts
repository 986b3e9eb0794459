import { setTimeout } from "node:timers/promises";
import type { Client } from "@coapkit/core";
import type { z } from "zod";

/** How to observe. */
export interface KeepObservingOptions<Value> {
  /** Checks the values. */
  readonly schema: z.ZodType<Value>;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Told why an observation has ended. */
  readonly onEnd?: (error: unknown) => void;
  /** Time until the next attempt, in milliseconds. @defaultValue 15,000 */
  readonly retryMs?: number;
}

/** The values of a resource, whatever happens to server and network: an observation that ends is begun again. */
export async function* keepObserving<Value>(
  client: Client,
  uri: string,
  { schema, signal, onEnd, retryMs = 15_000 }: KeepObservingOptions<Value>,
): AsyncGenerator<Value, void, undefined> {
  while (!signal.aborted) {
    try {
      for await (const { value } of client.observe(uri, { schema, signal })) yield value;
    } catch (error) {
      if (!signal.aborted) onEnd?.(error);
    }
    await setTimeout(retryMs, undefined, { signal }).catch(() => undefined); // rejects when the signal aborts
  }
}
