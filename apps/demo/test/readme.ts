import { readFileSync } from "node:fs";

/** A command of the README with what it says is printed. */
export interface ReadmeCommand {
  readonly command: string;
  /** Lines as they appear; `…` stands for what differs each time, alone for any lines. Empty: nothing is printed. */
  readonly output: string;
  /** Response code that the README gives where nothing is printed: `# (nothing: 2.04)`. */
  readonly code: string | undefined;
}

const README = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");

/** Fenced blocks of a language below a `##` heading, in order. */
export function codeBlocks(heading: string, language: string): string[] {
  const section = README.split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`README.md has no heading "${heading}".`);
  return [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, found]) => found === language)
    .map(([, , text = ""]) => text);
}

/** The `coap-client-notls` commands below a heading, each with the comment lines that follow it. */
export function readmeCommands(heading: string): ReadmeCommand[] {
  const commands: { command: string; comments: string[] }[] = [];
  // A line that ends with & runs together with the next one.
  for (const line of codeBlocks(heading, "sh")
    .join("")
    .split(/(?<!&)\n/)) {
    if (line.startsWith("# ")) commands.at(-1)?.comments.push(line.slice(2));
    else if (line !== "") commands.push({ command: line, comments: [] });
  }
  return commands.map(({ command, comments }) => {
    const output = comments.join("\n");
    const [, code] = /^\(nothing: (\d\.\d\d)\)$/.exec(output) ?? [];
    return { command, output: code === undefined ? output : "", code };
  });
}
