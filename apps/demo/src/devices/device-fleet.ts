import { createApp, type Logger } from "@coapkit/core";
import { senml } from "@coapkit/plugin-senml";
import { type DeviceProfile, SimulatedDevice } from "./simulated-device.js";

const INTERVAL_MS = 15_000;

const PROFILES: readonly DeviceProfile[] = [
  { sensor: "cellar-humidity", unit: "%RH", mean: 62, step: 1 },
  { sensor: "kitchen-humidity", unit: "%RH", mean: 45, step: 2 },
  { sensor: "kitchen-temperature", unit: "Cel", mean: 21.5, step: 0.5 },
];

/**
 * Starts a device for each sensor of the seed: each posts at once, then every 15 seconds. All share an app of their own,
 * which only sends. @param server `coap://127.0.0.1:5683` @returns what stops them, after the first posts
 */
export async function startDevices(server: string, log: Logger): Promise<() => Promise<void>> {
  const app = await createApp({ plugins: [senml()] });
  await app.ready();
  const devices = PROFILES.map((profile) => new SimulatedDevice(profile, app.client));
  const post = (device: SimulatedDevice) =>
    device.post(server).catch((err: unknown) => log.warn({ err }, "device cannot post"));
  const postAll = () => Promise.all(devices.map(post));
  await postAll();
  const timer = setInterval(postAll, INTERVAL_MS);
  return async () => {
    clearInterval(timer);
    await app.close();
  };
}
