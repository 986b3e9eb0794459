import { describe, expect, it } from "vitest";
import { type App, Code, content, respond } from "../src/index.js";
import { rejection, selfApp } from "./support/client-app.js";

const sensors = (app: App): void => {
  app.route({ method: "GET", path: "/t", rt: "temperature", handler: () => "t" });
  app.route({ method: "GET", path: "/h", rt: "humidity", handler: () => "h" });
  const directory = '</a>;rt="temperature",</b>;rt="humidity"';
  app.route({ method: "GET", path: "/rd", handler: () => content(directory, { contentFormat: 40 }) });
};

describe("app.client.discover", () => {
  it.each(["coap://localhost", "coap://localhost/", "localhost", "localhost:5683"])("asks %s", async (target) => {
    const { app } = await selfApp(sensors);
    const links = await app.client.discover(target);
    expect(links.map((link) => link.target)).toEqual(["/t", "/h", "/rd"]);
    expect(links[0]?.attributes).toMatchObject({ rt: "temperature" });
    await app.close();
  });

  it.each(["2001:db8::1", "fe80::1%eth0"])("asks for %s, an IPv6 address without brackets", async (address) => {
    const { app } = await selfApp(sensors);
    expect(await app.client.discover(address)).toHaveLength(3);
    await app.close();
  });

  it("sends the query, and applies it where the server does not", async () => {
    const { app } = await selfApp(sensors);
    const query = { rt: "temp*" };
    expect((await app.client.discover("localhost", { query })).map((link) => link.target)).toEqual(["/t"]);
    const ignored = await app.client.discover("coap://localhost/rd", { query });
    expect(ignored.map((link) => link.target)).toEqual(["/a"]);
    await app.close();
  });

  it("takes links without a content format for links", async () => {
    const { app } = await selfApp(
      (self) => {
        self.route({ method: "GET", path: "/.well-known/core", handler: () => respond({ code: Code.Content }) });
        self.hook("onSend", (_ctx, response) => ({ ...response, payload: "</x>" }));
      },
      { discovery: false },
    );
    expect((await app.client.discover("localhost")).map((link) => link.target)).toEqual(["/x"]);
    await app.close();
  });

  it.each([
    ["another format", 0, "</x>", "has no links: its content format is 0, not 40."],
    ["what is no link document", 40, "x>", "cannot be decoded as content format 40: Expected <target>"],
  ])("rejects %s", async (_, contentFormat, payload, message) => {
    const { app } = await selfApp(
      (self) =>
        void self.route({
          method: "GET",
          path: "/.well-known/core",
          handler: () => content(payload, { contentFormat }),
        }),
      { discovery: false },
    );
    const error = await rejection(app.client.discover("localhost"));
    expect(error).toMatchObject({ code: "COAPKIT_ERR_DECODE", message: expect.stringContaining(message) });
    await app.close();
  });

  it("rejects with the error of a server without discovery", async () => {
    const { app } = await selfApp(sensors, { discovery: false });
    expect(await rejection(app.client.discover("localhost"))).toMatchObject({ code: "COAPKIT_ERR_CLIENT_ERROR" });
    await app.close();
  });
});
