import { chooseEngine } from "./choose-engine.js";
import { readCliOptions } from "./robustness/cli-options.js";
import { ENGINE_LIMITS } from "./robustness/limits.js";
import { createRobustnessApp } from "./robustness/robustness-app.js";
import { exit, startServer } from "./start-server.js";

const options = readCliOptions(process.argv.slice(2), process.env);
if (typeof options === "string") exit(2, options);

const engine = chooseEngine(process.env.ENGINE, ENGINE_LIMITS);
if (typeof engine === "string") exit(2, engine);

await startServer(await createRobustnessApp(engine), { host: "127.0.0.1", port: options.port });
