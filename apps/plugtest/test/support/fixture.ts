import { afterAll, beforeAll } from "vitest";
import { ServerProcess } from "./server-process.js";
import type { UdpClient } from "./udp-client.js";

/** A server for the tests of a file, and a client of it. */
export interface Fixture {
  readonly server: ServerProcess;
  readonly client: UdpClient;
}

/** Starts a server before the tests of the file and stops it after them. */
export function fixture(program: "plugtest" | "robustness", ...args: readonly string[]): Fixture {
  const parts: { server?: ServerProcess; client?: UdpClient } = {};
  beforeAll(async () => {
    parts.server = await ServerProcess.start(program, args);
    parts.client = await parts.server.client();
  });
  afterAll(() => parts.server?.stop());
  return {
    get server() {
      if (parts.server === undefined) throw new Error("The server has not been started.");
      return parts.server;
    },
    get client() {
      if (parts.client === undefined) throw new Error("The server has not been started.");
      return parts.client;
    },
  };
}
