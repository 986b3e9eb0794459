import { expect, it } from "vitest";
import { ServerProcess } from "../support/server-process.js";

it.each(["SIGTERM", "SIGINT"] as const)(
  "%s ends the process within a second, status 0, whatever is under way",
  async (signal) => {
    const server = await ServerProcess.start("plugtest", ["--notify-interval", "0.2"]);
    const client = await server.client();
    await client.request("GET", "/obs", { observe: 0 });
    expect((await client.next()).type).toBe("CON");
    client.send("GET", "/separate");
    await client.next();
    const { status, ms } = await server.signal(signal);
    expect(status).toBe(0);
    expect(ms).toBeLessThan(1_000);
    client.close();
  },
);

it("prints one line, with the address and the port", async () => {
  const server = await ServerProcess.start("plugtest", ["--host", "127.0.0.2"]);
  expect(server.banner).toMatch(/^listening on 127\.0\.0\.2:\d+$/);
  await server.stop();
});
