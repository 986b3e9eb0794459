import type { RequestContext } from "../context/request-context.js";
import type { OwnedHook } from "../hooks/hook-registry.js";
import type { Reply } from "../reply/reply.js";

/** One step on the way to the handler: nothing goes on, a reply ends the request, a promise leaves the fast path. */
export interface Step {
  // biome-ignore lint/suspicious/noConfusingVoidType: hooks that only look return nothing
  run(ctx: RequestContext): Reply | void | Promise<Reply | void>;
  /** `kernel`, or the plugin whose hook it is. */
  readonly owner: string;
}

/** Who owns the kernel's own steps. */
export const KERNEL = "kernel";

/** A step of the kernel. */
export function kernelStep(run: Step["run"]): Step {
  return { run, owner: KERNEL };
}

/** Hooks as steps. */
export function hookSteps(hooks: readonly OwnedHook<"onRequest" | "preHandler">[]): Step[] {
  return hooks.map(({ hook, owner }) => ({ run: hook, owner }));
}
