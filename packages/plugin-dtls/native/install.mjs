// npm's install script: uses the prebuilt addon where one fits, else compiles. It never fails the install: without the
// addon only coaps:// is missing, and using that throws a DtlsUnavailableError.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { compile } from "./compile.mjs";

const PACKAGE_FOLDER = fileURLToPath(new URL("..", import.meta.url));

function isThere() {
  try {
    createRequire(import.meta.url)("node-gyp-build")(PACKAGE_FOLDER);
    return true;
  } catch {
    return false;
  }
}

if (!isThere() && !(await compile(PACKAGE_FOLDER, { isQuiet: true })))
  console.log(
    '@coapkit/plugin-dtls: no addon for coaps://; with a C++ compiler, make and Python, "npm rebuild" makes it.',
  );
