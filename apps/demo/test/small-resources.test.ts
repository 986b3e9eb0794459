import type { App } from "@coapkit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDemoApp } from "../src/app.js";

describe("small resources", () => {
  let app: App;
  let logged: string[];
  beforeEach(async () => {
    logged = [];
    app = await createDemoApp({ logging: { level: "error", destination: { write: (line) => logged.push(line) } } });
  });
  afterEach(() => app.close());

  const get = (path: string, accept?: number) => app.inject({ method: "GET", path, accept });

  it("greets the world, or whom the query names", async () => {
    expect(await get("/hello")).toMatchObject({ code: "2.05", contentFormat: 0, text: "Hello, world!" });
    expect((await get("/hello?name=Ad%C3%A9le")).text).toBe("Hello, Adéle!");
  });

  it("tells the time as text or JSON, fresh for a second", async () => {
    const before = Date.now();
    const reply = await get("/time");
    expect(reply).toMatchObject({ code: "2.05", contentFormat: 0, maxAgeS: 1 });
    expect(Date.parse(reply.text)).toBeGreaterThanOrEqual(before);
    expect(await get("/time", 50)).toMatchObject({ contentFormat: 50, value: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  it("takes as long as the query says, within bounds", async () => {
    expect(await get("/slow?ms=0")).toMatchObject({ code: "2.05", text: "That took 0 ms." });
    expect(await get("/slow?ms=10001")).toMatchObject({ code: "4.00", text: expect.stringContaining("ms") });
  });

  it("tells the client nothing of a bug, and the log everything", async () => {
    const { code, payload } = await get("/failing");
    expect([code, payload.length]).toEqual(["5.00", 0]);
    const records = logged.map((line) => JSON.parse(line));
    expect(records).toContainEqual(expect.objectContaining({ msg: "request failed", route: "FailingResource.fail" }));
    expect(logged.join("")).toContain("The cause stays on the server.");
  });

  it("answers 4.04, 4.05 and 4.06", async () => {
    expect((await get("/nothing")).code).toBe("4.04");
    expect((await app.inject({ method: "DELETE", path: "/hello" })).code).toBe("4.05");
    const { code, text } = await get("/hello", 41);
    expect(code).toBe("4.06");
    expect(text).toContain("50 (application/json)");
  });
});
