import { cp, mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { CheckError } from "./check-error.mjs";
import { packPackages } from "./pack.mjs";
import { ROOT } from "./published-packages.mjs";
import { run } from "./run.mjs";

const PLUGIN_NAME = "coapkit-plugin-example";
const NOT_COPIED = new Set(["node_modules", "dist", "build", "package-lock.json"]);

/**
 * @param {string} project
 * @returns {Promise<string>} the plugin's folder
 */
export async function copyTemplate(project) {
  const plugin = join(project, "plugin");
  const filter = (path) => !NOT_COPIED.has(basename(path));
  await cp(join(ROOT, "templates", "plugin"), plugin, { recursive: true, filter });
  return plugin;
}

/** @param {string} plugin */
export async function buildTemplate(plugin) {
  await run("the template's build", "npm", ["run", "build"], plugin);
}

/**
 * @param {string} plugin
 * @returns {Promise<number>} how many tests passed
 */
export async function testTemplate(plugin) {
  const output = await run("the template's tests", "npm", ["test"], plugin);
  const passed = Number(/^\S+ pass (\d+)$/m.exec(output)?.[1] ?? 0);
  if (passed === 0) throw new CheckError(`The template's tests did not run; npm test printed:\n${output}`);
  return passed;
}

/**
 * Puts the packed plugin in the place of the workspace's link, as an install from the registry would.
 * @param {string} plugin
 * @param {string} project
 */
export async function installPackedTemplate(plugin, project) {
  const [tarball] = await packPackages([{ name: PLUGIN_NAME, folder: plugin }], project);
  const target = join(project, "node_modules", PLUGIN_NAME);
  await rm(target, { recursive: true, force: true });
  await mkdir(target);
  await run("unpacking the template", "tar", ["-xzf", tarball.file, "-C", target, "--strip-components=1"], project);
  return tarball;
}
