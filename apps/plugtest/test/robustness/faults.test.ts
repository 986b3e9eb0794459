import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const robustness = fixture("robustness");

it.each(["throw", "reject", "throw-null", "undefined", "bad-body"])(
  "/fault/%s is an empty 5.00, once",
  async (fault) => {
    const { client } = robustness;
    const reply = await client.request("GET", `/fault/${fault}`);
    expect(reply).toMatchObject({ code: "5.00", text: "", ct: undefined });
    expect(await client.flush()).toEqual([]);
    expect(await client.request("GET", "/hello")).toMatchObject({ text: "world" });
  },
);

it.each(["hang", "late"])("/fault/%s is 5.03 after three seconds, and nothing after it", async (fault) => {
  const client = await robustness.server.client();
  const startMs = performance.now();
  client.send("GET", `/fault/${fault}`, { token: "01" });
  expect(await client.next()).toMatchObject({ type: "ACK", code: "0.00" });
  expect(performance.now() - startMs).toBeLessThan(1_000);
  const reply = await client.next();
  const ms = performance.now() - startMs;
  expect(reply).toMatchObject({ type: "CON", code: "5.03", token: "01", text: "" });
  expect(ms).toBeGreaterThan(2_900);
  expect(ms).toBeLessThan(3_500);
  client.sendEmpty("ACK", reply.messageId);
  expect(await client.request("GET", "/slow")).toMatchObject({ text: "done" }); // past the four seconds of /fault/late
  expect(await client.flush()).toEqual([]);
  const { text } = await client.request("GET", "/stats");
  expect(JSON.parse(text)).toMatchObject({ pending: 0, exchanges: 0 });
});

it("/fault/observe is ok once, then notifies 5.00 once and forgets the observer", async () => {
  const client = await robustness.server.client();
  expect(await client.request("GET", "/fault/observe")).toMatchObject({ code: "2.05", text: "ok" });
  expect(await client.request("GET", "/fault/observe", { observe: 0, token: "0f" })).toMatchObject({
    code: "2.05",
    text: "ok",
    observe: expect.any(Number),
  });
  const last = await client.next();
  expect(last).toMatchObject({ code: "5.00", token: "0f", text: "", observe: undefined });
  if (last.type === "CON") client.sendEmpty("ACK", last.messageId);
  expect(await client.request("GET", "/slow")).toMatchObject({ text: "done" });
  await client.request("GET", "/slow");
  expect(await client.flush()).toEqual([]);
  const { text } = await client.request("GET", "/stats");
  expect(JSON.parse(text)).toMatchObject({ observers: 0, exchanges: 0 });
});

it("details of the program stay in its log", async () => {
  expect(robustness.server.stderr).toContain("INTERNAL-DETAIL throw");
  expect(robustness.server.stderr).toContain("INTERNAL-DETAIL reject");
  expect(robustness.server.stderr).toContain("INTERNAL-DETAIL observe");
});
