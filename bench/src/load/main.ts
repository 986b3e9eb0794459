import { runClosedLoop } from "./closed-loop.js";
import { readLoadOptions } from "./load-options.js";

try {
  process.stdout.write(`${JSON.stringify(await runClosedLoop(readLoadOptions(process.argv.slice(2))))}\n`);
} catch (error) {
  process.stderr.write(`load: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
