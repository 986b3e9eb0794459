import type { Logger } from "@coapkit/core";
import type { Credentials } from "../access/credentials.js";
import { type DeviceProfile, SimulatedDevice } from "./simulated-device.js";

const INTERVAL_MS = 15_000;

const PROFILES: readonly DeviceProfile[] = [
  { identity: "device-1", sensor: "kitchen-temperature", unit: "Cel", mean: 21.5, step: 0.5 },
  { identity: "device-2", sensor: "kitchen-humidity", unit: "%RH", mean: 45, step: 2 },
  { identity: "device-3", sensor: "cellar-humidity", unit: "%RH", mean: 62, step: 1 },
];

/** Where the devices post. */
export interface FleetTarget {
  /** `coaps://127.0.0.1:5684`, or `coap://…` */
  readonly server: string;
  readonly keys: Credentials["keys"];
  readonly log: Logger;
}

/** Starts a device for each sensor of the seed: each posts at once, then every 15 seconds. @returns what stops them, after the first posts */
export async function startDevices({ server, keys, log }: FleetTarget): Promise<() => Promise<void>> {
  const devices = await Promise.all(PROFILES.map((profile) => SimulatedDevice.start(profile, keys[profile.identity])));
  const post = (device: SimulatedDevice) =>
    device.post(server).catch((err: unknown) => log.warn({ err }, "device cannot post"));
  const postAll = () => Promise.all(devices.map(post));
  await postAll();
  const timer = setInterval(postAll, INTERVAL_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(devices.map((device) => device.close()));
  };
}
