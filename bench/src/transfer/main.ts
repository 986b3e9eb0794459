import { runTransfers } from "./run-transfers.js";
import { readTransferOptions } from "./transfer-options.js";

try {
  process.stdout.write(`${JSON.stringify(await runTransfers(readTransferOptions(process.argv.slice(2))))}\n`);
} catch (error) {
  process.stderr.write(`transfer: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
