// Compiles the addon where a source is newer than it. Usage: node native/build.mjs
// Where that fails everything else is built all the same, as the addon is optional; with CI set it is an error.

import { readdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compile } from "./compile.mjs";

const PACKAGE_FOLDER = fileURLToPath(new URL("..", import.meta.url));
const ADDON = new URL("../build/Release/coapkit_dtls.node", import.meta.url);
const SOURCES = new URL("src/", import.meta.url);

async function isUpToDate() {
  const names = await readdir(SOURCES);
  const sources = [new URL("../binding.gyp", import.meta.url), ...names.map((name) => new URL(name, SOURCES))];
  const [addon = 0, ...times] = await Promise.all([ADDON, ...sources].map(modifiedMs));
  return addon > Math.max(...times);
}

/** 0: there is no such file. */
function modifiedMs(file) {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

if (!(await isUpToDate()) && !(await compile(PACKAGE_FOLDER))) {
  console.error("plugin-dtls: no addon for coaps://; it needs a C++ compiler, make and Python.");
  if (process.env.CI) process.exitCode = 1;
}
