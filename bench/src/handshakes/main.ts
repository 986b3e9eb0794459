import { readHandshakesOptions } from "./handshakes-options.js";
import { runHandshakes } from "./run-handshakes.js";

try {
  process.stdout.write(`${JSON.stringify(await runHandshakes(readHandshakesOptions(process.argv.slice(2))))}\n`);
} catch (error) {
  process.stderr.write(`handshakes: ${(error as Error).message}\n`);
  process.exit(2); // the other sources may wait for long
}
