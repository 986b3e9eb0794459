import { type App, createApp } from "@coapkit/core";
import { dtls } from "@coapkit/plugin-dtls";
import { type SenmlPack, senml } from "@coapkit/plugin-senml";
import type { DeviceIdentity } from "../access/credentials.js";

/** What a simulated device is and measures. */
export interface DeviceProfile {
  readonly identity: DeviceIdentity;
  readonly sensor: string;
  readonly unit: string;
  /** Where its readings start, and where they tend to. */
  readonly mean: number;
  /** Largest step from one reading to the next. */
  readonly step: number;
}

/** When it measures, in seconds relative to its post: the radio costs more than the sensor, so that it posts several at once. */
const MEASURED_AT_S = [-10, -5, 0];

/** A device in the field: an app that only sends. */
export class SimulatedDevice {
  readonly #profile: DeviceProfile;
  readonly #app: App;
  #value: number;

  private constructor(profile: DeviceProfile, app: App) {
    this.#profile = profile;
    this.#app = app;
    this.#value = profile.mean;
  }

  /** @param key its pre-shared key, for servers at `coaps://` */
  static async start(profile: DeviceProfile, key: string): Promise<SimulatedDevice> {
    const psk = { identity: profile.identity, key };
    const app = await createApp({ plugins: [senml(), dtls({ client: { psk } })] });
    await app.ready();
    return new SimulatedDevice(profile, app);
  }

  /** Posts what it has measured. @throws what a request throws: no response, or one that refuses it */
  async post(server: string): Promise<void> {
    const uri = `${server}/sensors/${this.#profile.sensor}/readings`;
    await this.#app.client.post(uri, this.#pack(), { contentFormat: "senml+cbor" });
  }

  close(): Promise<void> {
    return this.#app.close();
  }

  /** A SenML pack: the base fields of the first record go for all of them. RFC 8428 §4.1. */
  #pack(): SenmlPack {
    const { sensor, unit } = this.#profile;
    const base = { bn: sensor, bu: unit, bt: Math.floor(Date.now() / 1000) };
    return MEASURED_AT_S.map((t, index) => ({ ...(index === 0 && base), t, v: this.#measure() }));
  }

  /** A random walk that is drawn back to the mean. */
  #measure(): number {
    const { mean, step } = this.#profile;
    this.#value += (mean - this.#value) / 10 + (Math.random() * 2 - 1) * step;
    return Math.round(this.#value * 10) / 10;
  }
}
