// Runs the tests of the addon, of the app and of interoperation with one and the same addon on each version of Node.js that
// it has to run on, and prints a table. Build first, best with Node.js 20; the binaries come from npm, into
// node_modules/.cache. Usage: npm run test:versions [-- majors, such as 22 26]

import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { installNodes, MAJORS } from "./node-binaries.mjs";

const PACKAGE_FOLDER = fileURLToPath(new URL("../..", import.meta.url));
const VITEST = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const ADDON = join("build", "Release", "coapkit_dtls.node");
const ADDON_FOLDER_VARIABLE = "@COAPKIT/PLUGIN_DTLS_PREBUILD"; // of node-gyp-build

/** Columns of the table, and the tests that each is about: path below the package. */
const GROUPS = {
  "engine, every suite": "test/native/",
  "record layer": "test/record-layer/",
  "app over sockets": "test/app.test.ts",
  "raw keys, certificates": "test/certificates.test.ts",
  libcoap: "test/interop-libcoap.test.ts",
  "openssl s_client": "test/interop-openssl.test.ts",
};

/** What a version is, as it says itself. */
const SAY_VERSIONS = "console.log(JSON.stringify([process.version, process.versions.openssl]))";

/** A copy, so that a build that runs meanwhile changes nothing. @returns its folder and its fingerprint */
function keepAddon() {
  const folder = mkdtempSync(join(tmpdir(), "coapkit-dtls-versions-"));
  mkdirSync(dirname(join(folder, ADDON)), { recursive: true });
  copyFileSync(join(PACKAGE_FOLDER, ADDON), join(folder, ADDON));
  return {
    folder,
    fingerprint: createHash("sha256")
      .update(readFileSync(join(folder, ADDON)))
      .digest("hex"),
  };
}

/** All tests on one Node.js. @returns a row of the table */
function testOn(program, folder) {
  const [node, openssl] = JSON.parse(execFileSync(program, ["-e", SAY_VERSIONS], { encoding: "utf8" }));
  process.stderr.write(`== Node.js ${node}, OpenSSL ${openssl}\n`);
  const reportFile = join(folder, `${node}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
  const args = [VITEST, "run", ...Object.values(GROUPS), "--exclude", "**/memory.test.ts", ...reporters];
  const env = { ...process.env, [ADDON_FOLDER_VARIABLE]: folder };
  const startMs = performance.now();
  const { status } = spawnSync(program, args, { cwd: PACKAGE_FOLDER, stdio: ["ignore", 2, 2], env });
  const seconds = Math.round((performance.now() - startMs) / 1000);
  return { node, openssl, isGood: status === 0, seconds, counts: countTests(reportFile) };
}

/** Tests by group: `passed/all` of those that ran. */
function countTests(reportFile) {
  const { testResults } = JSON.parse(readFileSync(reportFile, "utf8"));
  return Object.values(GROUPS).map((path) => {
    const tests = testResults
      .filter(({ name }) => relative(PACKAGE_FOLDER, name).split(sep).join("/").startsWith(path))
      .flatMap(({ assertionResults }) => assertionResults);
    const count = (wanted) => tests.filter(({ status }) => status === wanted).length;
    if (tests.length === 0) throw new Error(`There are no tests in ${path}.`);
    return `${count("passed")}/${count("passed") + count("failed")}`;
  });
}

function printTable(rows) {
  const header = ["Node.js", "OpenSSL", ...Object.keys(GROUPS), "s", ""];
  const cells = rows.map(({ node, openssl, counts, seconds, isGood }) => [
    ...[node.slice(1), openssl, ...counts],
    ...[String(seconds), isGood ? "passed" : "FAILED"],
  ]);
  const widths = header.map((title, column) => Math.max(3, title.length, ...cells.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  console.log(
    [line(header), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...cells.map(line)].join("\n"),
  );
}

const wanted = process.argv.length > 2 ? process.argv.slice(2).map(Number) : MAJORS;
const programs = await installNodes(join(PACKAGE_FOLDER, "node_modules", ".cache", "node-versions"), wanted);
const { folder, fingerprint } = keepAddon();
try {
  const rows = programs.map((program) => testOn(program, folder));
  console.log(`${ADDON}, SHA-256 ${fingerprint.slice(0, 16)}…, compiled once\n`);
  printTable(rows);
  process.exitCode = rows.every(({ isGood }) => isGood) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
