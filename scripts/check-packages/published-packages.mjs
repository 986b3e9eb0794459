import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CheckError } from "./check-error.mjs";

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @typedef {object} Package
 * @property {string} name
 * @property {string} folder
 */

/**
 * The packages under packages/ that npm publishes.
 * @returns {Promise<Package[]>}
 * @throws {CheckError} when one has not been built
 */
export async function publishedPackages() {
  const folders = (await readdir(join(ROOT, "packages"))).map((name) => join(ROOT, "packages", name));
  const packages = [];
  for (const folder of folders) {
    const manifest = await readManifest(folder);
    if (manifest === undefined || manifest.private === true) continue;
    await assertBuilt(manifest.name, folder);
    packages.push({ name: manifest.name, folder });
  }
  return packages;
}

/** @param {string} folder */
export async function readManifest(folder) {
  try {
    return JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  }
}

async function assertBuilt(name, folder) {
  const isBuilt = await stat(join(folder, "dist", "index.js")).then(
    () => true,
    () => false,
  );
  if (!isBuilt) throw new CheckError(`${name} has no dist/index.js; run "npm run build" first.`);
}
