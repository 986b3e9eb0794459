import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CheckError } from "./check-error.mjs";
import { ROOT, readManifest } from "./published-packages.mjs";
import { run } from "./run.mjs";

const SOURCE = fileURLToPath(new URL("./consumer", import.meta.url));

/**
 * Makes the project of a user who has nothing but the tarballs. The plugin template is a workspace of it, so that one
 * install serves both.
 * @param {string} folder
 * @param {readonly import("./pack.mjs").Tarball[]} tarballs
 * @returns {Promise<string>} the project's folder
 */
export async function createConsumer(folder, tarballs) {
  const project = join(folder, "project");
  await mkdir(project);
  await cp(SOURCE, project, { recursive: true });
  await writeFile(join(project, "package.json"), JSON.stringify(await manifestFor(tarballs), null, 2));
  return project;
}

async function manifestFor(tarballs) {
  const { devDependencies } = await readManifest(ROOT);
  const engine = await readManifest(join(ROOT, "packages", "engine-node-coap"));
  return {
    name: "coapkit-consumer",
    private: true,
    type: "module",
    workspaces: ["plugin"],
    dependencies: {
      ...Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`])),
      coap: engine.dependencies.coap,
    },
    devDependencies: { typescript: devDependencies.typescript, "@types/node": devDependencies["@types/node"] },
  };
}

/** @param {string} project */
export async function installConsumer(project) {
  const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--no-update-notifier"];
  await run("npm install of the tarballs", "npm", args, project);
}

/** @param {string} project */
export async function buildConsumer(project) {
  await run("tsc of the app", join(project, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.json"], project);
}

/**
 * @param {string} project
 * @returns {Promise<string>} what the app says of itself
 */
export async function runConsumer(project) {
  const output = (await run("the app", process.execPath, ["--enable-source-maps", "dist/app.js"], project)).trim();
  if (!output.startsWith("served ")) throw new CheckError(`The app did not finish; it printed: ${output}`);
  return output;
}
