import { routeMetadata } from "@coapkit/core";
import type { ResolvedRecord } from "./senml-record.js";

/** What a handler gets of a pack. */
export type DecodeShape = "records" | "readings" | "groups";

/** How a route's values and SenML packs belong together; what is absent is the plugin's. */
export interface SenmlMapping {
  /**
   * Records or readings for what the handler returns, one or a list; `undefined`: this value cannot be a pack. What it
   * throws is the handler's error.
   */
  toSenml?(value: unknown): unknown;
  /** The handler's payload for the resolved records of a pack. Throw a `CoapError` to refuse them. */
  fromSenml?(records: readonly ResolvedRecord[]): unknown;
  /** What the handler gets where there is no `fromSenml`. */
  readonly decodeAs?: DecodeShape | undefined;
  /** Base name of packs that have none, such as `urn:dev:ow:10e2073a01080063:`; the only name of readings without one. */
  readonly baseName?: string | undefined;
}

/**
 * Says how a route's values become SenML packs, and packs its payload.
 * @example
 *   @Get("climate", { produces: [50, 110] })
 *   @Senml({ toSenml: (room: Room) => [{ name: "temperature", value: room.celsius, unit: "Cel" }] })
 */
export const Senml = routeMetadata<SenmlMapping>("@coapkit/plugin-senml/mapping", {
  plugin: "@coapkit/plugin-senml",
});
