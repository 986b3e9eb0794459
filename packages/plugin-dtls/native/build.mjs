// Compiles the addon where a source is newer than it. Usage: node native/build.mjs [--force] [arguments of node-gyp]

import { readdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compile } from "./compile.mjs";

const PACKAGE_FOLDER = fileURLToPath(new URL("..", import.meta.url));
const ADDON = new URL("../build/Release/coapkit_dtls.node", import.meta.url);
const SOURCES = new URL("src/", import.meta.url);

async function isUpToDate() {
  const addon = await modified(ADDON);
  const names = await readdir(SOURCES);
  const sources = [new URL("../binding.gyp", import.meta.url), ...names.map((name) => new URL(name, SOURCES))];
  const times = await Promise.all(sources.map(modified));
  return addon > Math.max(...times);
}

async function modified(file) {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

const args = process.argv.slice(2).filter((argument) => argument !== "--force");
const isForced = process.argv.includes("--force");
if (isForced || !(await isUpToDate())) process.exitCode = (await compile(PACKAGE_FOLDER, { args })) ? 0 : 1;
