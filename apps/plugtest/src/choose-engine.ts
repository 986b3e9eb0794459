import { type EngineFactory, type NativeEngineOptions, nativeEngine } from "@coapkit/core";
import { nodeCoap } from "@coapkit/engine-node-coap";

/**
 * The engine that `ENGINE` names: `native`, which is the default, or `node-coap`.
 * @param options of the native engine; npm coap has transmission parameters of its own
 * @returns the engine, or one line that says what is wrong
 */
export function chooseEngine(
  name: string | undefined,
  options: NonNullable<NativeEngineOptions>,
): EngineFactory | string {
  if (name === undefined || name === "" || name === "native") return nativeEngine(options);
  if (name !== "node-coap") return `ENGINE "${name}" is neither native nor node-coap`;
  const { observers: maxObservers, observersPerPeer: maxObserversPerPeer } = options;
  return nodeCoap({ maxObservers, maxObserversPerPeer });
}
