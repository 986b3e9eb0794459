import { CheckError } from "./check-error.mjs";

const REQUIRED = ["package.json", "README.md", "LICENSE", "dist/index.js", "dist/index.d.ts"];
const UNWANTED = /(?:\.test\.|^test\/|^tests\/|(?:^|\/)node_modules\/|\.tsbuildinfo$|\.tgz$|(?:^|\/)\.env)/;

/**
 * Checks that the files users need are there, and no others.
 * @param {readonly import("./pack.mjs").Tarball[]} tarballs
 */
export async function checkContents(tarballs) {
  const problems = tarballs.flatMap(({ name, paths }) => [
    ...REQUIRED.filter((path) => !paths.includes(path)).map((path) => `${name} lacks ${path}`),
    ...paths.filter((path) => UNWANTED.test(path)).map((path) => `${name} ships ${path}`),
  ]);
  if (problems.length > 0) throw new CheckError(`Tarballs: ${problems.join("; ")}.`);
}
