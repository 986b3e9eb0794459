import { runSessions } from "./run-sessions.js";
import { readSessionsOptions } from "./sessions-options.js";

try {
  process.stdout.write(`${JSON.stringify(await runSessions(readSessionsOptions(process.argv.slice(2))))}\n`);
} catch (error) {
  process.stderr.write(`sessions: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
