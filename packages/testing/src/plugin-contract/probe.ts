import {
  CoapError,
  definePlugin,
  type MetadataEntry,
  type PayloadFormat,
  PLUGIN_CONTRACT,
  type Plugin,
  type RouteDefinition,
} from "@coapkit/core";
import { Code } from "@coapkit/protocol";

/** Paths of the probe's routes. */
export const PROBE_PATH = {
  plain: "/coapkit-contract/plain",
  later: "/coapkit-contract/later",
  bug: "/coapkit-contract/bug",
  conflict: "/coapkit-contract/conflict",
  payload: "/coapkit-contract/payload",
  formats: "/coapkit-contract/formats",
} as const;

/** A plugin whose routes the contract sends its requests to. @param metadata what the routes carry */
export function probe(metadata: readonly MetadataEntry[] = []): Plugin {
  const define = definePlugin({
    name: "coapkit-contract-probe",
    version: "1.0.0",
    contract: PLUGIN_CONTRACT,
    setup(host) {
      const get = (path: string, handler: () => unknown) => host.routes.add({ method: "GET", path, metadata, handler });
      get(PROBE_PATH.plain, () => "plain");
      get(PROBE_PATH.later, async () => "later");
      get(PROBE_PATH.bug, () => {
        throw new Error("The plugin contract threw this on purpose.");
      });
      get(PROBE_PATH.conflict, () => {
        throw new CoapError(Code.Conflict, "The plugin contract answered this on purpose.");
      });
      const handler = () => undefined;
      host.routes.add({ method: "POST", path: PROBE_PATH.payload, metadata, payload: true, handler });
    },
  });
  return define();
}

/** A route that takes payloads in these formats, also in those that a route takes by name only. */
export function formatsRoute(
  formats: readonly PayloadFormat[],
  metadata: readonly MetadataEntry[] = [],
): RouteDefinition {
  return {
    method: "POST",
    path: PROBE_PATH.formats,
    metadata,
    consumes: formats.map(({ contentFormat }) => contentFormat),
    payload: true,
    handler: () => undefined,
  };
}
