import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

const MODULE = new URL("../../dist/native/load-engine.js", import.meta.url).href;
/** Tells node-gyp-build where to look instead. */
const ADDON_FOLDER_VARIABLE = "@COAPKIT/PLUGIN_DTLS_PREBUILD";

/** What loading the engine comes to in a process of its own, which has this code run first. */
function load(before: string, env: NodeJS.ProcessEnv = {}): { readonly code?: string; readonly text?: string } {
  const script = `${before}
    const { loadDtlsEngine } = await import(${JSON.stringify(MODULE)});
    try { console.log(JSON.stringify({ code: typeof loadDtlsEngine().listen })); }
    catch (error) { console.log(JSON.stringify({ code: error.code, text: error.message })); }`;
  const args = ["--input-type=module", "--eval", script];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8", env: { ...process.env, ...env } }));
}

describe("loadDtlsEngine", () => {
  it("loads the addon", () => {
    expect(load("")).toEqual({ code: "function" });
  });

  it("says what to do where there is no addon", () => {
    const { code, text } = load("", { [ADDON_FOLDER_VARIABLE]: "/nowhere" });
    expect(code).toBe("COAPKIT_ERR_DTLS_UNAVAILABLE");
    expect(text).toContain(`for ${process.platform}-${process.arch} did not load: No native build was found`);
    expect(text).toContain('run "npm rebuild @coapkit/plugin-dtls"');
  });

  it("does not even try in a runtime without OpenSSL for addons", () => {
    const { code, text } = load('Object.defineProperty(process.versions, "electron", { value: "33.0.0" });');
    expect(code).toBe("COAPKIT_ERR_DTLS_UNAVAILABLE");
    expect(text).toContain("does not run in electron");
  });
});
