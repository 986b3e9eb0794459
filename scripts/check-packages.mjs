// Checks the packages as their users get them: packed, installed outside of the workspace, compiled against, run.
// Usage: npm run build && npm run check:packages

import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CheckError } from "./check-packages/check-error.mjs";
import { buildConsumer, createConsumer, installConsumer, runConsumer } from "./check-packages/consumer.mjs";
import { checkContents } from "./check-packages/contents.mjs";
import { checkImports } from "./check-packages/declared-imports.mjs";
import { lintTarball } from "./check-packages/lint-tarball.mjs";
import { packPackages } from "./check-packages/pack.mjs";
import { publishedPackages } from "./check-packages/published-packages.mjs";
import { step } from "./check-packages/step.mjs";
import { buildTemplate, copyTemplate, installPackedTemplate, testTemplate } from "./check-packages/template.mjs";

/** @param {string} folder empty, outside of the workspace */
async function checkPackages(folder) {
  const packages = await step("find the published packages", publishedPackages, namesOf);
  const tarballs = await step("pack", () => packPackages(packages, folder));
  await step("contents of the tarballs", () => checkContents(tarballs));
  await step("imports are declared", () => checkImports(tarballs));
  await step("publint and attw", () => lintAll(tarballs));

  const project = await step("create a project outside the workspace", () => createConsumer(folder, tarballs));
  const plugin = await step("copy templates/plugin", () => copyTemplate(project));
  await step("npm install", () => installConsumer(project));
  await step("build the template", () => buildTemplate(plugin));
  await step(
    "test the template with the contract suites",
    () => testTemplate(plugin),
    (count) => `${count} tests`,
  );
  const packed = await step("pack and install the template", () => installPackedTemplate(plugin, project));
  await step("the same checks on the template", () => checkTarball(packed));
  await step("compile an app", () => buildConsumer(project));
  await step(
    "run the app",
    () => runConsumer(project),
    (output) => output,
  );
}

/** @param {readonly import("./check-packages/published-packages.mjs").Package[]} packages */
function namesOf(packages) {
  return packages.map(({ name }) => name.replace("@coapkit/", "")).join(", ");
}

/** @param {import("./check-packages/pack.mjs").Tarball} tarball */
async function checkTarball(tarball) {
  await checkContents([tarball]);
  await checkImports([tarball]);
  await lintAll([tarball]);
}

/** @param {readonly import("./check-packages/pack.mjs").Tarball[]} tarballs */
async function lintAll(tarballs) {
  await Promise.all(tarballs.map(lintTarball));
}

async function main() {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "coapkit-check-packages-")));
  try {
    await checkPackages(folder);
  } catch (error) {
    process.exitCode = 1;
    console.error(error instanceof CheckError ? `✗ ${error.message}` : error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
