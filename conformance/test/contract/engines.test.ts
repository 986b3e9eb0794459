import { InjectEngine, nativeEngine } from "@coapkit/core";
import { nodeCoap } from "@coapkit/engine-node-coap";
import { describeEngineContract } from "@coapkit/testing";
import { describe, it } from "vitest";

const HOST = "127.0.0.1";

describeEngineContract({ describe, it }, "nativeEngine", nativeEngine(), {
  host: HOST,
  levels: ["openExchanges", "observers", "unacknowledged", "queued", "pendingRequests", "observations"],
});

describeEngineContract({ describe, it }, "InjectEngine", () => new InjectEngine(), {
  exceptions: { "drains: a request under way is still answered": "its app drains before it closes this engine" },
});

describeEngineContract({ describe, it }, "nodeCoap", nodeCoap(), {
  host: HOST,
  levels: ["openExchanges", "openRequests", "observers"],
});
