import { AlarmPanel } from "./alarms/alarm-panel.js";
import { createDemoApp } from "./app.js";
import { banner } from "./banner.js";
import { type CliOptions, readCliOptions } from "./cli-options.js";
import { startDevices } from "./devices/device-fleet.js";

const HOST = "127.0.0.1";

/** Starts the demo. @returns what stops it. @throws Error where the database or the port cannot be had */
async function start({ port, database, devices }: CliOptions): Promise<() => Promise<void>> {
  const app = await createDemoApp({ databaseFile: database });
  try {
    const bound = await app.listen(`coap://${HOST}:${port}`);
    const server = `coap://${HOST}:${bound.port}`;
    process.stdout.write(banner(server));
    const stopDevices = devices ? await startDevices(server, app.log) : undefined;
    void app.resolve(AlarmPanel).watch(server);
    return async () => {
      await stopDevices?.();
      await app.close();
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

function exit(code: number, message: string): never {
  process.stderr.write(`demo: ${message}\n`);
  process.exit(code);
}

const options = readCliOptions(process.argv.slice(2), process.env);
if (typeof options === "string") exit(2, options);

const stop = await start(options).catch((error: Error) => exit(1, error.message));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    stop().then(
      () => process.exit(0),
      (error: Error) => exit(1, error.message),
    );
  });
}
