import { type App, createApp } from "@coapkit/core";
import { cbor } from "@coapkit/plugin-cbor";
import { dtls } from "@coapkit/plugin-dtls";
import { json } from "@coapkit/plugin-json";
import { logging } from "@coapkit/plugin-logging";
import { observe } from "@coapkit/plugin-observe";
import { senml } from "@coapkit/plugin-senml";
import { access } from "./access/access.js";
import type { ServerCertificate } from "./access/certificate.js";
import { type Credentials, credentialsFrom } from "./access/credentials.js";
import { AlarmResource } from "./alarms/alarm-resource.js";
import { FailingResource } from "./failing-resource.js";
import { HelloResource } from "./hello-resource.js";
import { ReadingResource } from "./readings/reading-resource.js";
import { RoomResource } from "./rooms/room-resource.js";
import { SensorResource } from "./sensors/sensor-resource.js";
import { SlowResource } from "./slow-resource.js";
import { Database } from "./store/database.js";
import { RoomStore } from "./store/room-store.js";
import { seed } from "./store/seed.js";
import { SensorStore } from "./store/sensor-store.js";
import { TimeResource } from "./time-resource.js";

/** What differs between the demo and its tests. */
export interface DemoAppOptions {
  /** File of the database. Default: in memory. */
  readonly databaseFile?: string | undefined;
  /** What callers have to show. Default: what everybody knows. */
  readonly credentials?: Credentials;
  /** By which clients of `coaps://` recognize the server. Default: none, so that only devices come, with their keys. */
  readonly certificate?: ServerCertificate | undefined;
  /** Options of the logging plugin. */
  readonly logging?: Parameters<typeof logging>[0];
}

/** Puts the environment monitor together. @throws Error where the database cannot be opened */
export async function createDemoApp(options: DemoAppOptions = {}): Promise<App> {
  const { credentials = credentialsFrom({}), certificate } = options;
  const database = new Database(options.databaseFile ?? ":memory:");
  const app = await createApp({
    resources: [
      HelloResource,
      TimeResource,
      RoomResource,
      SensorResource,
      ReadingResource,
      AlarmResource,
      SlowResource,
      FailingResource,
    ],
    providers: [{ provide: Database, useValue: database }],
    plugins: [
      access(credentials),
      dtls({ psk: credentials.keys, ...certificate, verifyClient: "none" }),
      json({ patches: true }),
      cbor(),
      senml({ compact: true }),
      logging(options.logging),
      observe(),
    ],
  });
  app.hook("onClose", () => database.close());
  seed(app.resolve(RoomStore), app.resolve(SensorStore));
  return app;
}
