import { z } from "zod";
import type { Kind } from "../sensors/sensor-schema.js";

/** What a device posts. Without `at` the server's time counts. */
export const NewReading = z.strictObject({ value: z.number(), at: z.iso.datetime().optional() });
export type NewReading = z.infer<typeof NewReading>;

/** A stored reading; `at` is in UTC. */
export interface Reading {
  readonly value: number;
  readonly at: string;
}

/** What a sensor of a kind can measure, in degrees Celsius or percent of relative humidity. */
export const RANGE: Readonly<Record<Kind, readonly [min: number, max: number]>> = {
  temperature: [-60, 100],
  humidity: [0, 100],
};
