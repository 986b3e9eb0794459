// Builds the addon with AddressSanitizer and UndefinedBehaviorSanitizer in a temporary folder and runs test/native and
// test/record-layer with it, the measurement of memory aside. Linux with gcc. Usage: npm run test:asan [-- arguments of vitest]

import { execFileSync, spawnSync } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "./compile.mjs";

const PACKAGE_FOLDER = fileURLToPath(new URL("..", import.meta.url));
const VITEST = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const ADDON_FOLDER_VARIABLE = "@COAPKIT/PLUGIN_DTLS_PREBUILD"; // of node-gyp-build

/** The sanitizers' libraries, which have to be in the process before the addon. */
function libraries() {
  return ["libasan.so", "libubsan.so"].map((name) =>
    execFileSync("gcc", [`-print-file-name=${name}`], { encoding: "utf8" }).trim(),
  );
}

/** @param {string} folder that the addon was built in */
function runTests(folder) {
  const args = ["run", "test/native", "test/record-layer", "--exclude", "**/memory.test.ts", ...process.argv.slice(2)];
  const env = {
    ...process.env,
    [ADDON_FOLDER_VARIABLE]: folder,
    LD_PRELOAD: libraries().join(":"),
    ASAN_OPTIONS: "detect_leaks=0", // node frees nothing when it exits
    UBSAN_OPTIONS: "print_stacktrace=1:halt_on_error=1",
  };
  return spawnSync(process.execPath, [VITEST, ...args], { cwd: PACKAGE_FOLDER, stdio: "inherit", env }).status ?? 1;
}

const folder = await mkdtemp(join(tmpdir(), "coapkit-dtls-asan-"));
try {
  for (const name of ["binding.gyp", "native", "package.json"]) {
    await cp(join(PACKAGE_FOLDER, name), join(folder, name), { recursive: true });
  }
  const isBuilt = await compile(folder, { defines: ["sanitize=address,undefined"] });
  process.exitCode = isBuilt ? runTests(folder) : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
