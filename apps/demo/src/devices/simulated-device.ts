import type { Client } from "@coapkit/core";
import type { SenmlPack } from "@coapkit/plugin-senml";

/** What a simulated device measures. */
export interface DeviceProfile {
  readonly sensor: string;
  readonly unit: string;
  /** Where its readings start, and where they tend to. */
  readonly mean: number;
  /** Largest step from one reading to the next. */
  readonly step: number;
}

/** When it measures, in seconds relative to its post: the radio costs more than the sensor, so that it posts several at once. */
const MEASURED_AT_S = [-10, -5, 0];

/** A device in the field. */
export class SimulatedDevice {
  readonly #profile: DeviceProfile;
  readonly #client: Client;
  #value: number;

  constructor(profile: DeviceProfile, client: Client) {
    this.#profile = profile;
    this.#client = client;
    this.#value = profile.mean;
  }

  /** Posts what it has measured. @throws what a request throws: no response, or one that refuses it */
  async post(server: string): Promise<void> {
    const uri = `${server}/sensors/${this.#profile.sensor}/readings`;
    await this.#client.post(uri, this.#pack(), { contentFormat: "senml+cbor" });
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
