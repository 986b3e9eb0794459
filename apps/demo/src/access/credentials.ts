import { randomBytes } from "node:crypto";

/** What callers have to show. */
export interface Credentials {
  /** Pre-shared keys by PSK identity: one for each device. */
  readonly keys: Readonly<Record<DeviceIdentity, string>>;
  /** For people. */
  readonly token: string;
}

/** Devices that the server knows. */
export type DeviceIdentity = "device-1" | "device-2" | "device-3";

/** Out of the box, for whoever tries the demo. They are no secrets: the README has them. */
const PUBLIC_KEY = "coapkit-demo-key";
const PUBLIC_TOKEN = "coapkit-demo-token";

/** Takes `DEMO_KEY`, the key of `device-1`, and `DEMO_TOKEN` of the environment; the other devices get a new key each time. */
export function credentialsFrom({ DEMO_KEY, DEMO_TOKEN }: NodeJS.ProcessEnv): Credentials {
  const keys = { "device-1": DEMO_KEY || PUBLIC_KEY, "device-2": randomKey(), "device-3": randomKey() };
  return { keys, token: DEMO_TOKEN || PUBLIC_TOKEN };
}

/** A warning where anybody knows the key or the token. */
export function explainPublic({ keys, token }: Credentials): string | undefined {
  const known = [keys["device-1"] === PUBLIC_KEY && "DEMO_KEY", token === PUBLIC_TOKEN && "DEMO_TOKEN"].filter(Boolean);
  return known.length === 0 ? undefined : `Everybody knows the secrets of this demo; set ${known.join(" and ")}.`;
}

/** How a command line names them, in a banner for instance: by their variables, unless everybody knows them. */
export function shellNames({ keys, token }: Credentials): { readonly key: string; readonly token: string } {
  return {
    key: keys["device-1"] === PUBLIC_KEY ? PUBLIC_KEY : "$DEMO_KEY",
    token: token === PUBLIC_TOKEN ? PUBLIC_TOKEN : "$DEMO_TOKEN",
  };
}

function randomKey(): string {
  return randomBytes(16).toString("hex");
}
