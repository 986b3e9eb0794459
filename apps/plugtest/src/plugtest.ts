import { chooseEngine } from "./choose-engine.js";
import { readCliOptions } from "./plugtest/cli-options.js";
import { createPlugtestApp } from "./plugtest/plugtest-app.js";
import { exit, startServer } from "./start-server.js";

const options = readCliOptions(process.argv.slice(2));
if (typeof options === "string") exit(2, options);

const { ackTimeoutMs, maxRetransmit, notifyIntervalMs } = options;
/** `/obs-non` sends NON at any notify interval, its shorter ones included. */
const nonNotificationIntervalMs = 0;
const engine = chooseEngine(process.env.ENGINE, { ackTimeoutMs, maxRetransmit, nonNotificationIntervalMs });
if (typeof engine === "string") exit(2, engine);

await startServer(await createPlugtestApp({ engine, notifyIntervalMs }), options);
