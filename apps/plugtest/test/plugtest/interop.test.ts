import { type CoapClientReply, coapClient } from "@coapkit/testing";
import { request } from "coap";
import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const plugtest = fixture("plugtest", "--notify-interval", "0.3");

/** Runs libcoap's client: `["-m", "put", "-e", "text"]` and the path. */
function libcoap(path: string, ...args: string[]): Promise<CoapClientReply> {
  return coapClient([...args, `coap://127.0.0.1:${plugtest.server.port}${path}`]);
}

it.each<[string, string[], string]>([
  ["/test", [], "2.05"],
  ["/test", ["-m", "post", "-e", "x"], "2.01"],
  ["/test", ["-m", "delete"], "2.02"],
  ["/test", ["-N"], "2.05"],
  ["/separate", [], "2.05"],
  ["/seg1/seg2/seg3", [], "2.05"],
  ["/query?first=1&second=2", [], "2.05"],
  ["/utf8/gr%C3%BC%C3%9Fe", [], "2.05"],
  ["/multi-format", ["-A", "41"], "2.05"],
  ["/multi-format", ["-A", "42"], "4.06"],
  ["/create1", ["-m", "put", "-t", "0", "-e", "x"], "2.01"],
  ["/nowhere", [], "4.04"],
])("libcoap: %s with %j gives %s", async (path, args, code) => {
  expect((await libcoap(path, ...args)).code).toBe(code);
});

it("libcoap fetches, replaces and creates large resources", async () => {
  const large = await libcoap("/large");
  expect([large.code, large.payload.length]).toEqual(["2.05", 1280]);
  const small = await libcoap("/large", "-b", "64");
  expect(small.text).toBe(large.text);
  const body = "0123456789".repeat(300);
  expect((await libcoap("/large-update", "-m", "put", "-t", "0", "-b", "64", "-e", body)).code).toBe("2.04");
  expect((await libcoap("/large-update")).text).toBe(body);
  const posted = await libcoap("/large-post", "-m", "post", "-t", "0", "-b", "128", "-e", "abc".repeat(700));
  expect([posted.code, posted.text]).toEqual(["2.04", "ABC".repeat(700)]);
  expect((await libcoap("/.well-known/core")).text).toContain("</large-update>;");
});

it.each(["/obs", "/obs-non", "/obs-large"])("libcoap observes %s", async (path) => {
  const { messages } = await libcoap(path, "-s", "1");
  const representations = messages.filter(({ code }) => code === "2.05");
  expect(representations.length).toBeGreaterThanOrEqual(3);
});

it("npm coap reads and writes", async () => {
  const { port } = plugtest.server;
  const reply = await new Promise<string>((resolve, reject) => {
    const outgoing = request({ hostname: "127.0.0.1", port, pathname: "/large", method: "GET" });
    outgoing.on("response", (incoming) => resolve(`${incoming.code} ${incoming.payload.length}`));
    outgoing.on("error", reject);
    outgoing.end();
  });
  expect(reply).toBe("2.05 1280");
});
