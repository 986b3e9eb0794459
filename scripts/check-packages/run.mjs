import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CheckError } from "./check-error.mjs";

const execute = promisify(execFile);
const TIMEOUT_MS = 180_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/**
 * Runs a program without a shell and gives its standard output.
 * @param {string} what for the error: "npm install"
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<string>}
 * @throws {CheckError} with the program's output when it ends with an error
 */
export async function run(what, program, args, cwd) {
  const options = { cwd, env: environment(), timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES };
  try {
    return (await execute(program, args, options)).stdout;
  } catch (error) {
    const ended = error.killed ? `did not end within ${TIMEOUT_MS / 1000} s` : `failed (${error.code})`;
    const output = `${error.stdout ?? ""}${error.stderr ?? ""}`.trim() || error.message;
    throw new CheckError(`${what} ${ended}: ${program} ${args.join(" ")}\n${output}`, { cause: error });
  }
}

/** Without what npm and node have set for the workspace. */
function environment() {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^npm_(?!config_(?:registry|cache|.*proxy|cafile))/i.test(name),
  );
  const environment = Object.fromEntries(own);
  delete environment.NODE_OPTIONS;
  delete environment.INIT_CWD;
  delete environment.NODE_TEST_CONTEXT;
  return environment;
}
