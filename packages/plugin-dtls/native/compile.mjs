import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * Runs `node-gyp configure` and `node-gyp build`: what has not changed is not compiled again, and an addon that works
 * stays until another one does.
 * @param {string} folder of the package
 * @param {{ isQuiet?: boolean, defines?: readonly string[] }} options `defines`: variables of binding.gyp, `name=value`
 * @returns {Promise<boolean>} whether it has worked
 */
export async function compile(folder, { isQuiet = false, defines = [] } = {}) {
  const program = nodeGyp();
  if (program === undefined) return false;
  const run = (...args) => exitsWell([program, ...args], folder, isQuiet ? "ignore" : "inherit");
  const variables = defines.map((define) => `-D${define}`);
  return (await run("configure", ...ownHeaders(), "--", ...variables)) && (await run("build"));
}

/** Headers that came with this Node.js need no download. */
function ownHeaders() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, "include/node/node_api.h")) ? [`--nodedir=${prefix}`] : [];
}

/** The node-gyp of the package manager, else the one of this repository. */
function nodeGyp() {
  if (process.env.npm_config_node_gyp) return process.env.npm_config_node_gyp;
  try {
    return createRequire(import.meta.url).resolve("node-gyp/bin/node-gyp.js");
  } catch {
    return undefined;
  }
}

function exitsWell(args, cwd, stdio) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, stdio });
    child.on("error", () => resolve(false));
    child.on("exit", (status) => resolve(status === 0));
  });
}
