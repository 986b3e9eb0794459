import type { ClientResponse, EngineCapabilities, EngineFactory } from "@coapkit/core";
import { ClosedError } from "@coapkit/protocol";

/** An engine without a network that claims these capabilities: for boots, not for requests. */
export function engineWith(capabilities: EngineCapabilities): EngineFactory {
  return () => ({
    name: "plugin-contract",
    capabilities,
    counters: {},
    listen: () => Promise.reject(new ClosedError("The engine of the plugin contract has no network.")),
    request: noResponses,
    close: () => Promise.resolve(),
  });
}

// biome-ignore lint/correctness/useYield: it ends before the first response
async function* noResponses(): AsyncGenerator<ClientResponse> {
  throw new ClosedError("The engine of the plugin contract has no network.");
}
