import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { DtlsEngine } from "./dtls-engine.js";
import { DtlsUnavailableError } from "./dtls-unavailable-error.js";
import { unsupportedRuntime } from "./unsupported-runtime.js";

const PACKAGE_FOLDER = fileURLToPath(new URL("../../", import.meta.url));

/**
 * The engine of this thread.
 * @throws DtlsUnavailableError where the runtime has no OpenSSL 3 for addons, or the addon is neither prebuilt nor compiled
 */
export function loadDtlsEngine(): DtlsEngine {
  const reason = unsupportedRuntime(process.versions);
  if (reason !== undefined) throw new DtlsUnavailableError(reason);
  const require = createRequire(import.meta.url);
  try {
    return require("node-gyp-build")(PACKAGE_FOLDER);
  } catch (cause) {
    throw new DtlsUnavailableError(
      `The DTLS addon for ${process.platform}-${process.arch} did not load: ${firstLine(cause)} ` +
        `Install a C++ compiler, make and Python, then run "npm rebuild @coapkit/plugin-dtls".`,
      { cause },
    );
  }
}

function firstLine(cause: unknown): string {
  const [line = ""] = String(cause instanceof Error ? cause.message : cause).split("\n");
  return line.endsWith(".") ? line : `${line}.`;
}
