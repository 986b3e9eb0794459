import { readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join, posix } from "node:path";
import { CheckError } from "./check-error.mjs";
import { readManifest } from "./published-packages.mjs";

const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*["']([@\w.][\w@./:-]*)["']/g;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

/**
 * Checks that code and types import only what package.json declares: an install that puts everything in one place
 * would hide the rest.
 * @param {readonly import("./pack.mjs").Tarball[]} tarballs
 */
export async function checkImports(tarballs) {
  const problems = (await Promise.all(tarballs.map(undeclaredImports))).flat();
  if (problems.length > 0)
    throw new CheckError(`Imports: ${problems.join("; ")}. Declare it, or keep it out of what is exported.`);
}

async function undeclaredImports({ name, folder }) {
  const { dependencies, peerDependencies, optionalDependencies } = await readManifest(folder);
  const declared = new Set([name, ...Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })]);
  const imports = [...(await importsFrom("dist/index.js", folder)), ...(await importsFrom("dist/index.d.ts", folder))];
  return imports
    .filter(([imported]) => !declared.has(imported))
    .map(([imported, path]) => `${name} imports ${imported} in ${path} without declaring it`);
}

/** Packages that a file imports, and the files that it imports: what a user's program or compiler gets to see. */
async function importsFrom(entry, folder) {
  const imports = new Map();
  const paths = new Set([entry]);
  for (const path of paths) {
    for (const specifier of await specifiersIn(join(folder, path))) {
      if (specifier.startsWith(".")) paths.add(resolvePath(path, specifier));
      else if (!isBuiltin(specifier)) imports.set(packageOf(specifier), path);
    }
  }
  return imports;
}

async function specifiersIn(file) {
  const source = (await readFile(file, "utf8")).replaceAll(COMMENT, "");
  return [...source.matchAll(SPECIFIER)].map(([, specifier]) => specifier);
}

/** Types name the code beside them: `./app.js` in app.d.ts means `./app.d.ts`. */
function resolvePath(path, specifier) {
  const resolved = posix.join(posix.dirname(path), specifier);
  return path.endsWith(".d.ts") ? resolved.replace(/\.js$/, ".d.ts") : resolved;
}

function isBuiltin(specifier) {
  return specifier.startsWith("node:") || builtinModules.includes(specifier);
}

function packageOf(specifier) {
  const [scopeOrName, name] = specifier.split("/");
  return scopeOrName.startsWith("@") ? `${scopeOrName}/${name}` : scopeOrName;
}
