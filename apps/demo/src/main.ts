import { credentialsFrom, explainPublic } from "./access/credentials.js";
import { AlarmPanel } from "./alarms/alarm-panel.js";
import { createDemoApp } from "./app.js";
import { banner } from "./banner.js";
import { type CliOptions, readCliOptions } from "./cli-options.js";
import { startDevices } from "./devices/device-fleet.js";
import { certificateOrNone, listen } from "./servers.js";

/** Starts the demo. @returns what stops it. @throws Error where the database or a port cannot be had */
async function start({ port, database, devices }: CliOptions): Promise<() => Promise<void>> {
  const notes: string[] = [];
  const note = (text: string | undefined) => void (text !== undefined && notes.push(text));
  const credentials = credentialsFrom(process.env);
  note(explainPublic(credentials));
  const certificate = await certificateOrNone(note);
  const app = await createDemoApp({ databaseFile: database, credentials, certificate });
  try {
    const { plain, secure } = await listen(app, port, note);
    for (const text of notes) app.log.warn({}, text);
    const { keys } = credentials;
    const stopDevices = devices ? await startDevices({ server: secure ?? plain, keys, log: app.log }) : undefined;
    void app.resolve(AlarmPanel).watch(plain);
    process.stdout.write(banner({ plain, secure }, credentials, notes));
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
