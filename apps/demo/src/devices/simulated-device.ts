import { Agent } from "coap";

/** What a simulated device measures. */
export interface DeviceProfile {
  readonly sensor: string;
  /** Where its readings start, and where they tend to. */
  readonly mean: number;
  /** Largest step from one reading to the next. */
  readonly step: number;
}

/** A device in the field, as the server sees it: npm coap's client with a socket of its own. */
export class SimulatedDevice {
  readonly #agent = new Agent({ type: "udp4" });
  readonly #profile: DeviceProfile;
  readonly #server: { readonly hostname: string; readonly port: number };
  #value: number;

  constructor(profile: DeviceProfile, server: { readonly hostname: string; readonly port: number }) {
    this.#profile = profile;
    this.#server = server;
    this.#value = profile.mean;
  }

  /** Posts the next reading. @returns the response's code. @throws Error where no response comes */
  post(): Promise<string> {
    const { sensor } = this.#profile;
    return new Promise((resolve, reject) => {
      const request = this.#agent.request({ ...this.#server, method: "POST", pathname: `/sensors/${sensor}/readings` });
      request.setOption("Content-Format", "application/json");
      request.on("error", reject);
      request.on("response", (response) => {
        response.resume();
        resolve(response.code);
      });
      request.end(JSON.stringify({ value: this.#measure() }));
    });
  }

  close(): void {
    this.#agent.close();
  }

  /** A random walk that is drawn back to the mean. */
  #measure(): number {
    const { mean, step } = this.#profile;
    this.#value += (mean - this.#value) / 10 + (Math.random() * 2 - 1) * step;
    return Math.round(this.#value * 10) / 10;
  }
}
