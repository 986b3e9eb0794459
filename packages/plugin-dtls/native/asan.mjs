// Builds the addon with AddressSanitizer and UndefinedBehaviorSanitizer, runs test/native with it, and builds it again
// without. Linux with gcc. Usage: npm run test:asan [-- arguments of vitest]

import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { compile } from "./compile.mjs";

const PACKAGE_FOLDER = fileURLToPath(new URL("..", import.meta.url));
const VITEST = fileURLToPath(import.meta.resolve("vitest/vitest.mjs"));

/** The sanitizers' libraries have to be in the process before the addon. */
function libraries() {
  return ["libasan.so", "libubsan.so"].map((name) =>
    execFileSync("gcc", [`-print-file-name=${name}`], { encoding: "utf8" }).trim(),
  );
}

function runTests() {
  const { status } = spawnSync(process.execPath, [VITEST, "run", "test/native", ...process.argv.slice(2)], {
    cwd: PACKAGE_FOLDER,
    stdio: "inherit",
    env: {
      ...process.env,
      LD_PRELOAD: libraries().join(":"),
      // Node never frees all it has; and V8 takes more than the sanitizer's quarantine leaves it.
      ASAN_OPTIONS: "detect_leaks=0:abort_on_error=0:halt_on_error=1",
      UBSAN_OPTIONS: "print_stacktrace=1:halt_on_error=1",
      COAPKIT_DTLS_SANITIZED: "1",
    },
  });
  return status ?? 1;
}

if (!(await compile(PACKAGE_FOLDER, { args: ["--", "-Dsanitize=address,undefined"] }))) process.exit(1);
process.exitCode = runTests();
if (!(await compile(PACKAGE_FOLDER))) process.exitCode = 1;
