import { createApp } from "@coapkit/core";
import { coapClient } from "@coapkit/testing";
import { describe, expect, it } from "vitest";
import { nodeCoap } from "../src/index.js";
import { RawPeer, recordingLogger } from "./rig.js";

async function startApp() {
  const app = await createApp({ engine: nodeCoap({ piggybackMs: 20 }), logger: recordingLogger([]) });
  app.route({ method: "GET", path: "/hello", handler: () => "hello" });
  app.route({ method: "PUT", path: "/echo", bodyLimitBytes: 8192, handler: ({ payload }) => payload });
  app.route({
    method: "PUT",
    path: "/stream",
    bodyLimitBytes: 8192,
    payload: "stream",
    handler: async ({ bodyStream }) => {
      const lengths: number[] = [];
      for await (const { length } of bodyStream) lengths.push(length);
      return lengths.join(" ");
    },
  });
  app.route({ method: "GET", path: "/fails", handler: () => Promise.reject(new Error("bug")) });
  const { port } = await app.listen("coap://127.0.0.1:0");
  return { app, port, uri: (path: string) => `coap://127.0.0.1:${port}${path}` };
}

describe("an app on npm coap", () => {
  it("serves its routes and says what it has", async () => {
    const { app, uri } = await startApp();
    expect(await coapClient(["-B", "5", uri("/hello")])).toMatchObject({ code: "2.05", text: "hello" });
    expect((await coapClient(["-B", "5", uri("/.well-known/core")])).text).toContain("</hello>");
    expect((await coapClient(["-B", "5", uri("/nowhere")])).code).toBe("4.04");
    expect((await coapClient(["-B", "5", "-m", "delete", uri("/hello")])).code).toBe("4.05");
    expect((await coapClient(["-B", "5", uri("/fails")])).code).toBe("5.00");
    await app.close();
  });

  it("answers 4.02 for a critical option that nobody knows", async () => {
    const { app, port } = await startApp();
    await using peer = await RawPeer.to(port);
    const options = [
      { number: 11, value: "hello" },
      { number: 9999, value: "x" },
    ];
    expect(await peer.ask({ messageId: 1, token: "t", options })).toMatchObject({ code: 0x82 });
    await app.close();
  });

  it("hands a body to a handler that takes it as it arrives in one chunk", async () => {
    const { app, uri } = await startApp();
    const stdin = "x".repeat(5000);
    const put = (input: string) =>
      coapClient(["-B", "8", "-m", "put", "-t", "0", "-f", "-", uri("/stream")], { stdin: input });
    expect(await put(stdin)).toMatchObject({ code: "2.04", text: "5000" });
    expect((await put("x".repeat(9000))).code).toBe("4.13");
    await app.close();
  });

  it("refuses a body over the limit of its route with 4.13 at the first block", async () => {
    const { app, uri } = await startApp();
    const put = (bytes: number) =>
      coapClient(["-B", "8", "-m", "put", "-t", "0", "-f", "-", uri("/echo")], { stdin: "x".repeat(bytes) });
    expect((await put(5000)).code).toBe("2.04");
    expect((await put(9000)).code).toBe("4.13");
    expect(app.engineCounters).toMatchObject({ bodiesTooLarge: 1, uploads: 0 });
    await app.close();
  });
});
