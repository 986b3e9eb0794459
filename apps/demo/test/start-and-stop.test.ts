import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { coapClient } from "@coapkit/testing";
import { describe, expect, it } from "vitest";
import { credentialsFrom } from "../src/access/credentials.js";
import { banner } from "../src/banner.js";
import { DemoProcess } from "./demo-process.js";
import { runShell } from "./run-command.js";
import { SlowExchange } from "./slow-exchange.js";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

function startInVain(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: "utf8",
    timeout: 15_000,
  });
  return { status, stdout, stderr };
}

describe("the demo process", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "answers what it has acknowledged, then ends with 0 on %s",
    async (signal) => {
      const demo = await DemoProcess.start();
      const slow = new SlowExchange(demo.uri);
      expect((await slow.request()).toString("hex")).toBe("60001234"); // an empty ACK: the handler is running
      const response = slow.response();
      const exited = demo.stop(signal);
      expect((await response).toString("latin1")).toMatch(/^\x40\x45.*\xffThat took 300 ms\.$/s); // CON, 2.05
      expect(await exited).toBe(0);
    },
  );

  it("ends with exit code 1 and one line when the port is in use", async () => {
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    const { port } = socket.address();
    const { status, stdout, stderr } = startInVain("--port", String(port));
    socket.close();
    expect(status).toBe(1);
    expect(stdout).not.toContain("Try");
    expect(stderr).toMatch(new RegExp(`^demo: Cannot bind 127.0.0.1:${port}.*EADDRINUSE.*\\n$`));
  });

  it("ends with exit code 1 and one line when the database cannot be used", () => {
    const { status, stderr } = startInVain("--port", "0", "--database", "/nowhere/monitor.db");
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^demo: Cannot use database "\/nowhere\/monitor.db": .*\n$/),
    ]);
  });

  it("ends with exit code 2 and one line for options that it does not know", () => {
    const { status, stderr } = startInVain("--colour");
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^demo: Unknown option '--colour'; usage: .*\n$/)]);
  });

  it("keeps rooms and readings in a database file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "coapkit-demo-"));
    const args = ["--no-devices", "--database", join(folder, "monitor.db")];
    try {
      const first = await DemoProcess.start(args);
      await coapClient([
        "-m",
        "put",
        "-O",
        "65003,coapkit-demo-token",
        "-t",
        "json",
        "-e",
        '{"name":"Attic"}',
        `${first.uri}/rooms/attic`,
      ]);
      await coapClient(["-m", "delete", `${first.uri}/sensors/cellar-humidity`]);
      await first.stop();
      const second = await DemoProcess.start(args);
      expect((await coapClient([`${second.uri}/rooms/attic`])).text).toContain('"Attic"');
      expect((await coapClient([`${second.uri}/sensors/cellar-humidity`])).code).toBe("4.04");
      await second.stop();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("has devices that post readings, and a banner whose commands all succeed", async () => {
    const demo = await DemoProcess.start();
    for (const sensor of ["cellar-humidity", "kitchen-humidity", "kitchen-temperature"]) {
      const { text } = await coapClient([`${demo.uri}/sensors/${sensor}/readings`]);
      expect(JSON.parse(text)).toMatchObject({ total: 3, items: [{ sensor }, {}, {}] });
      expect((await demo.nextExchange()).code).toBe("2.05");
    }
    const commands = banner({ plain: demo.uri, secure: demo.secureUri }, credentialsFrom({}), [])
      .split("\n")
      .filter((line) => line.startsWith("  coap-client"));
    expect(commands).toHaveLength(8);
    for (const command of commands) {
      expect(await runShell(command), command).not.toMatch(/^[45]\./);
      expect((await demo.nextExchange()).code, command).toMatch(/^2\./);
    }
    await demo.stop();
  });

  it("does without coaps:// where there is no native addon, and says so in one line", async () => {
    const demo = await DemoProcess.start([], { PREBUILDS_ONLY: "1" }); // node-gyp-build looks for no compiled one then
    expect(demo.secureUri).toBe("");
    await demo.output.next(/^Note: No coaps:\/\/: The DTLS addon .* did not load/);
    expect((await coapClient([`${demo.uri}/sensors/kitchen-temperature/readings/latest`])).code).toBe("2.05");
    await demo.stop();
  });

  it("takes key and token of the environment, shows neither, and says that it has none of its own", async () => {
    const demo = await DemoProcess.start(["--no-devices"], { DEMO_KEY: "my-key", DEMO_TOKEN: "my-token" });
    const put = (token: string) =>
      coapClient(["-m", "put", "-O", `65003,${token}`, "-t", "50", "-e", '{"name":"A"}', `${demo.uri}/rooms/a`]);
    expect((await put("coapkit-demo-token")).code).toBe("4.01");
    expect((await put("my-token")).code).toBe("2.01");
    const who = ["-u device-1", "-k my-key", `-m get ${demo.secureUri}/hello`].join(" ");
    expect(await runShell(`coap-client-openssl ${who}`)).toBe("Hello, world!");
    await demo.stop();
    expect(await demo.output.all()).not.toMatch(/my-key|my-token/);
  });

  it("reads and lists more than fits into a datagram", async () => {
    const demo = await DemoProcess.start(["--no-devices"]);
    const payload = (value: number) => JSON.stringify({ value, at: "2026-01-31T12:00:00Z" });
    const readings = `${demo.uri}/sensors/kitchen-temperature/readings`;
    for (let i = 0; i < 40; i++) await coapClient(["-m", "post", "-t", "json", "-e", payload(i), readings]);
    const { text } = await coapClient([`${readings}?limit=40`]);
    expect(text.length).toBeGreaterThan(1024);
    expect(JSON.parse(text).items).toHaveLength(40);
    await demo.stop();
  });
});
