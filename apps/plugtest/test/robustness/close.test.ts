import { expect, it } from "vitest";
import { ServerProcess } from "../support/server-process.js";

it.each(["SIGTERM", "SIGINT"] as const)(
  "%s: what was accepted is answered, and the process ends with 0",
  async (signal) => {
    const server = await ServerProcess.start("robustness");
    const client = await server.client();
    const observer = await server.client();
    await observer.request("GET", "/observe/con", { observe: 0 });
    client.send("GET", "/slow", { token: "01" });
    expect(await client.next()).toMatchObject({ type: "ACK", code: "0.00" });
    const stopped = server.signal(signal);
    const reply = await client.next();
    client.sendEmpty("ACK", reply.messageId);
    expect(reply).toMatchObject({ code: "2.05", token: "01", text: "done" });
    const { status, ms } = await stopped;
    expect(status).toBe(0);
    expect(ms).toBeLessThan(5_000);
    client.close();
    observer.close();
  },
);

it("ends within five seconds, status 0, also when handlers never settle and nobody acknowledges", async () => {
  const server = await ServerProcess.start("robustness");
  const client = await server.client();
  for (const path of ["/fault/hang", "/fault/late"]) client.send("GET", path);
  await client.request("GET", "/observe/con", { observe: 0 });
  const { status, ms } = await server.signal("SIGTERM");
  expect(status).toBe(0);
  expect(ms).toBeLessThan(5_000);
  const codes = client.takeArrived().map(({ code }) => code);
  expect(codes).toContain("5.03");
  expect(codes.filter((code) => code.startsWith("5."))).toEqual(codes.filter((code) => code === "5.03"));
  client.close();
}, 15_000);

it("takes the port from PORT or as an argument", async () => {
  const server = await ServerProcess.start("robustness", [], { PORT: "1" });
  expect(server.banner).toMatch(/^listening on 127\.0\.0\.1:\d+$/);
  await server.stop();
});
