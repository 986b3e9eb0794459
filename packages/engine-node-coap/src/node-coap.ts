import { type EngineFactory, readOptionsSync } from "@coapkit/core";
import { NodeCoapEngine } from "./node-coap-engine.js";
import { type NodeCoapOptions, nodeCoapOptions } from "./options.js";

/**
 * An engine on npm coap 1.5, server and client, for `createApp({ engine: nodeCoap() })`.
 * @throws ConfigError for an unknown option or a value out of range
 */
export function nodeCoap(options: NodeCoapOptions = {}): EngineFactory {
  const settings = readOptionsSync("engine node-coap", nodeCoapOptions, options);
  return (host) => new NodeCoapEngine(host, settings);
}
