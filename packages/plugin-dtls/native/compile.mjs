import { spawn } from "node:child_process";
import { createRequire } from "node:module";

/**
 * Runs `node-gyp configure build`: what has not changed is not compiled again, and an addon that works stays until
 * another one does.
 * @param {string} folder of the package
 * @param {{ isQuiet?: boolean, args?: readonly string[] }} options
 * @returns {Promise<boolean>} whether it has worked
 */
export function compile(folder, { isQuiet = false, args = [] } = {}) {
  const program = nodeGyp();
  if (program === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, "configure", "build", ...args], {
      cwd: folder,
      stdio: isQuiet ? "ignore" : "inherit",
    });
    child.on("error", () => resolve(false));
    child.on("exit", (status) => resolve(status === 0));
  });
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
