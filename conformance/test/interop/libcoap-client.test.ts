import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { coapClient } from "@coapkit/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AppServer, startAppServer } from "../support/app-server.js";
import { LARGE, textBody } from "../support/body.js";
import { startObservedServer } from "../support/engine-server.js";
import { until } from "../support/until.js";

/** Seconds after which libcoap gives up. */
const PATIENCE = ["-B", "20"];
const OPTIONS = { timeoutMs: 30_000 };

describe("libcoap's client and an app on the native engine", () => {
  let server: AppServer;

  beforeAll(async () => {
    server = await startAppServer();
  });

  afterAll(() => server[Symbol.asyncDispose]());

  const run = (args: readonly string[], path: string) => coapClient([...PATIENCE, ...args, server.uri(path)], OPTIONS);

  /** libcoap takes no more than 20,000 bytes from its standard input, so that bodies come from a file. */
  const send = async (args: readonly string[], path: string, body: string) => {
    const folder = await mkdtemp(join(tmpdir(), "coapkit-interop-"));
    try {
      await writeFile(join(folder, "body"), body);
      return await run([...args, "-t", "text/plain", "-f", join(folder, "body")], path);
    } finally {
      await rm(folder, { recursive: true });
    }
  };

  it.each([
    ["CON", []],
    ["NON", ["-N"]],
  ])("gets with %s", async (_, args) => {
    expect(await run(args, "/plain")).toMatchObject({ code: "2.05", text: "hello" });
  });

  it.each([
    ["a CON", [], "CON 2.05"],
    ["a NON", ["-N"], "NON 2.05"],
  ])("takes a separate response to %s", async (_, args, message) => {
    const reply = await run(args, "/slow");
    expect(reply).toMatchObject({ code: "2.05", text: "late" });
    expect(reply.messages.map(({ type, code }) => `${type} ${code}`)).toContain(message);
  });

  it.each(["64", "1024"])("downloads 100 KB in blocks of %s bytes", async (size) => {
    expect((await run(["-b", size], "/large")).text).toBe(textBody(LARGE));
  });

  it.each(["64", "1024"])("uploads 100 KB in blocks of %s bytes", async (size) => {
    const reply = await send(["-m", "put", "-b", size], "/sink", textBody(LARGE));
    expect(reply).toMatchObject({ code: "2.04", text: `${LARGE}` });
  });

  it("carries 100 KB both ways in one exchange", async () => {
    const reply = await send(["-m", "post", "-b", "1024"], "/echo", textBody(LARGE));
    expect(reply.text).toBe(textBody(LARGE));
  });

  it("is told 4.13 for a body above the limit", async () => {
    const reply = await send(["-m", "put", "-b", "1024"], "/small", textBody(LARGE));
    expect(reply.code).toBe("4.13");
  });

  it("is told errors with their diagnostic text", async () => {
    expect(await run([], "/rooms/7")).toMatchObject({ code: "4.04", text: "no such room" });
    expect((await run(["-m", "delete"], "/plain")).code).toBe("4.05");
    expect((await run(["-A", "60"], "/plain")).code).toBe("4.06");
    expect((await run(["-O", "65001,x"], "/plain")).code).toBe("4.02");
  });

  it("runs an unsafe method once although half of what the client sends is lost", async () => {
    const before = server.counted;
    // -l with a list drops the datagrams of these numbers: the first two transmissions of the request
    expect(await run(["-m", "post", "-l", "1,2"], "/count")).toMatchObject({ code: "2.04", text: `${before + 1}` });
    expect(server.counted).toBe(before + 1);
  });
});

describe("libcoap's client as observer of the native engine", () => {
  it.each([
    ["NON", false],
    ["CON", true],
  ])("sees notifications as %s in order, and deregisters", async (_, confirmable) => {
    await using server = await startObservedServer("0,");
    const watching = coapClient([...PATIENCE, "-s", "2", server.uri("/state")], OPTIONS);
    await until(() => server.observers === 1, "The registration");
    for (const state of ["1,", "2,", "3,"]) server.change(state, undefined, confirmable);
    const { text } = await watching;
    // A burst of CON notifications may skip what a newer one overtook (RFC 7641 §4.5.2), but ends with the newest.
    expect(text).toMatch(confirmable ? /^0,1,(2,)?3,/ : /^0,1,2,3,/);
    await until(() => server.observers === 0, "The deregistration");
  });

  it("sees notifications of several blocks whole", async () => {
    const [first, second] = [textBody(5_000, 1), textBody(5_000, 2)];
    await using server = await startObservedServer(first);
    const watching = coapClient([...PATIENCE, "-s", "2", server.uri("/state")], OPTIONS);
    const BLOCKS = 5;
    await until(() => (server.engine.counters.requests ?? 0) >= BLOCKS, "The first representation");
    server.change(second);
    const { text } = await watching;
    expect(text.slice(0, 10_000)).toBe(first + second);
  });

  it("is told when the observation ends with an error", async () => {
    await using server = await startObservedServer("0");
    const watching = coapClient([...PATIENCE, "-s", "1", server.uri("/state")], OPTIONS);
    await until(() => server.observers === 1, "The registration");
    server.change("gone", 0x84);
    const { messages } = await watching;
    expect(messages.map(({ code }) => code)).toContain("4.04");
    expect(server.observers).toBe(0);
  });
});
