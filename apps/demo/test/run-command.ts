import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ReadmeCommand } from "./readme.js";

/** Where the README is, and with it the files that its commands name. */
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Runs a command line in a shell. @returns what it printed on both streams, without line ends and blanks at the end */
export function runShell(commandLine: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("/bin/sh", ["-c", `${commandLine} 2>&1`], { cwd: ROOT, timeout: 15_000 }, (error, stdout) => {
      if (error) reject(new Error(`${commandLine}: ${error.message} ${stdout}`, { cause: error }));
      else resolve(stdout.trimEnd());
    });
  });
}

/** Runs a command of the README against a server on other ports. @returns output as it would be on the default ports */
export async function runReadmeCommand({ command }: ReadmeCommand, uri: string, secureUri = ""): Promise<string> {
  if (!/coaps?:\/\/127\.0\.0\.1\//.test(command)) throw new Error(`${command} does not go to 127.0.0.1.`);
  const output = await runShell(command.replaceAll("coap://127.0.0.1", uri).replaceAll("coaps://127.0.0.1", secureUri));
  return output.replace(/Uri-Port:\d+, /g, "");
}

/** A pattern for output in which `…` stands for anything within a line, alone for any lines. */
export function outputPattern(output: string): RegExp {
  const lines = output.split("\n").map((line) => (line === "…" ? "[^]*" : linePattern(line)));
  return new RegExp(`^${lines.join("\n")}$`);
}

function linePattern(line: string): string {
  return line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("…", ".*");
}
