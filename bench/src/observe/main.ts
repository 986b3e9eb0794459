import { readObserveOptions } from "./observe-options.js";
import { runObservers } from "./run-observers.js";

try {
  process.stdout.write(`${JSON.stringify(await runObservers(readObserveOptions(process.argv.slice(2))))}\n`);
} catch (error) {
  process.stderr.write(`observe: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
