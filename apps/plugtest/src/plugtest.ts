import { chooseEngine } from "./choose-engine.js";
import { readCliOptions } from "./plugtest/cli-options.js";
import { createPlugtestApp } from "./plugtest/plugtest-app.js";
import { exit, startServer } from "./start-server.js";

const options = readCliOptions(process.argv.slice(2));
if (typeof options === "string") exit(2, options);

const { ackTimeoutMs, maxRetransmit, notifyIntervalMs } = options;
const engine = chooseEngine(process.env.ENGINE, { ackTimeoutMs, maxRetransmit });
if (typeof engine === "string") exit(2, engine);

await startServer(await createPlugtestApp({ engine, notifyIntervalMs }), options);
