import { readFileSync, writeFileSync } from "node:fs";
import { replaceBlocks } from "./docs-page.js";
import { type HarnessOptions, readHarnessOptions, USAGE } from "./harness-options.js";
import { reportBlocks } from "./report.js";
import type { Results } from "./results.js";
import { run } from "./run.js";

const ARGUMENTS = process.argv.slice(2);

function exit(code: number, message: string): never {
  process.stderr.write(`bench: ${message}\n`);
  process.exit(code);
}

function readOrExit(): HarnessOptions | "help" {
  try {
    return readHarnessOptions(ARGUMENTS);
  } catch (error) {
    return exit(2, `${(error as Error).message.split("\n", 1)[0]} See --help.`);
  }
}

/** Wrong answers, which no run may have, as one line each. */
function wrongAnswers({
  summaries = [],
  blockwise = [],
  observe,
  dtls,
  soak = [],
  memoryAfter = [],
}: Results): readonly string[] {
  const named = [
    ...summaries.map(({ server, scenario, wrong }) => ({ who: `${server} under ${scenario}`, wrong })),
    ...blockwise.map(({ server, direction, wrong }) => ({ who: `${server} in ${direction}s`, wrong })),
    ...(observe?.results ?? []).map(({ server, wrong }) => ({ who: `${server} to its observers`, wrong })),
    ...dtlsAnswers(dtls),
    ...soak.map(({ server, wrong }) => ({ who: `${server} in the soak`, wrong })),
    ...memoryAfter.map(({ wrong }) => ({ who: "the demo", wrong })),
  ];
  return named.filter(({ wrong }) => wrong > 0).map(({ who, wrong }) => `${who} gave ${wrong} wrong answers.`);
}

function dtlsAnswers(dtls: Results["dtls"]) {
  if (dtls === undefined) return [];
  const { summaries, handshakes, sessions } = dtls;
  return [
    ...summaries.map(({ server, wrong }) => ({ who: `${server} with established sessions`, wrong })),
    ...handshakes.map(({ server, mode, wrong }) => ({ who: `${server} after handshakes by ${mode}`, wrong })),
    ...(sessions === undefined ? [] : [{ who: `${sessions.server} to many sessions`, wrong: sessions.wrong }]),
  ];
}

async function main(options: HarnessOptions): Promise<void> {
  const results = await run(options, ARGUMENTS, (line) => process.stderr.write(`${line}\n`));
  const blocks = reportBlocks(results);
  process.stdout.write(`${[...blocks.values()].join("\n\n")}\n`);
  writeFileSync(options.jsonFile, `${JSON.stringify(results, undefined, 2)}\n`);
  if (options.docsFile !== undefined) {
    writeFileSync(options.docsFile, replaceBlocks(readFileSync(options.docsFile, "utf8"), blocks));
  }
  const wrong = wrongAnswers(results);
  if (wrong.length > 0) exit(1, wrong.join(" "));
}

for (const [signal, code] of [["SIGINT", 130] as const, ["SIGTERM", 143] as const]) {
  process.once(signal, () => process.exit(code));
}

const options = readOrExit();
if (options === "help") process.stdout.write(`${USAGE}\n`);
else await main(options).catch((error: Error) => exit(1, error.message));
