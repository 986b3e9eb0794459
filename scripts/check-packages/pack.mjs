import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run.mjs";

/**
 * @typedef {object} Tarball
 * @property {string} name of the package
 * @property {string} folder that it was packed from
 * @property {string} file path of the .tgz
 * @property {readonly string[]} paths of the files in it
 */

/**
 * Packs as `npm publish` does.
 * @param {readonly import("./published-packages.mjs").Package[]} packages
 * @param {string} folder
 * @returns {Promise<Tarball[]>}
 */
export async function packPackages(packages, folder) {
  const destination = join(folder, "tarballs");
  await mkdir(destination, { recursive: true });
  const args = ["pack", "--json", "--pack-destination", destination, ...packages.map((entry) => entry.folder)];
  const packed = JSON.parse(await run("npm pack", "npm", args, folder));
  return Object.values(packed).map(({ name, filename, files }) => ({
    name,
    folder: packages.find((entry) => entry.name === name).folder,
    file: join(destination, filename),
    paths: files.map(({ path }) => path),
  }));
}
