import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const EXCHANGES = 500;

/** A process that exits right after its last exchange; it runs the built package. */
const script = (options: object) => `
  import { createApp } from "@coapkit/core";
  import { logging } from "@coapkit/plugin-logging";
  const app = await createApp({ plugins: [logging(${JSON.stringify(options)})] });
  for (let i = 0; i < ${EXCHANGES}; i++) await app.inject({ method: "GET", path: "/" + i });
  process.exit(0);`;

describe("a process that exits without closing its app", () => {
  const outputOf = (options: object): string[] => {
    const cwd = fileURLToPath(new URL("..", import.meta.url));
    const args = ["--input-type=module", "--eval", script(options)];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8", env: { LOG_LEVEL: "" } });
    expect(stderr).toBe("");
    return stdout.trimEnd().split("\n");
  };

  it("has written every record as JSON where standard output is no terminal", () => {
    const paths = outputOf({}).map((line) => JSON.parse(line).path);
    expect(paths).toEqual(Array.from({ length: EXCHANGES }, (_, i) => `/${i}`));
  });

  it("has written every record for people where it is told to", () => {
    const lines = outputOf({ pretty: true });
    expect(lines).toHaveLength(EXCHANGES);
    expect(lines.at(-1)).toContain(`INFO: GET /${EXCHANGES - 1} 4.04 `);
  });
});
