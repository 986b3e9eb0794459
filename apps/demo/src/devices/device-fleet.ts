import type { Logger } from "@coapkit/core";
import { type DeviceProfile, SimulatedDevice } from "./simulated-device.js";

const INTERVAL_MS = 15_000;

const PROFILES: readonly DeviceProfile[] = [
  { sensor: "cellar-humidity", mean: 62, step: 1 },
  { sensor: "kitchen-humidity", mean: 45, step: 2 },
  { sensor: "kitchen-temperature", mean: 21.5, step: 0.5 },
];

/** Starts a device for each sensor of the seed: each posts at once, then every 15 seconds. @returns what stops them */
export function startDevices(server: { readonly hostname: string; readonly port: number }, log: Logger): () => void {
  const devices = PROFILES.map((profile) => new SimulatedDevice(profile, server));
  const postAll = () => {
    for (const device of devices) device.post().catch((err: unknown) => log.warn({ err }, "device got no response"));
  };
  postAll();
  const timer = setInterval(postAll, INTERVAL_MS);
  return () => {
    clearInterval(timer);
    for (const device of devices) device.close();
  };
}
