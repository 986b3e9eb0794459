import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { CheckError } from "./check-error.mjs";
import { ROOT } from "./published-packages.mjs";
import { run } from "./run.mjs";

/**
 * Runs publint and attw: does package.json say what is in the tarball, and do the types resolve?
 * @param {import("./pack.mjs").Tarball} tarball
 */
export async function lintTarball(tarball) {
  await Promise.all([checkWithPublint(tarball), checkWithAttw(tarball)]);
}

async function checkWithPublint({ name, file }) {
  const bytes = await readFile(file);
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  const problems = messages.filter(({ type }) => type !== "suggestion");
  if (problems.length === 0) return;
  throw new CheckError(`publint on ${name}: ${problems.map((message) => formatMessage(message, pkg)).join("; ")}`);
}

async function checkWithAttw({ name, file }) {
  const attw = join(ROOT, "node_modules", ".bin", "attw");
  await run(
    `attw on ${name}`,
    attw,
    [file, "--profile", "esm-only", "--no-color", "--no-emoji", "--format", "ascii"],
    ROOT,
  );
}
