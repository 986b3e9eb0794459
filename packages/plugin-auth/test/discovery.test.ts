import type { App } from "@coapkit/core";
import { describe, expect, it } from "vitest";
import { type AuthOptions, Guard, Public, RequireScope } from "../src/index.js";
import { bearing, testApp, tokenOf } from "./support/test-app.js";

const handler = () => "x";
const open = (options: AuthOptions) =>
  testApp(options, {}, (app) => {
    app.route({ method: "GET", path: "/open", metadata: [Public.entry()], handler });
    app.route({ method: "GET", path: "/temp", metadata: [RequireScope.entry("read")], handler });
    app.route({ method: "PUT", path: "/temp", metadata: [RequireScope.entry("write")], handler });
    app.route({ method: "PUT", path: "/valve", metadata: [RequireScope.entry("write")], handler });
    app.route({ method: "GET", path: "/some", metadata: [Guard.entry(() => false)], handler });
    app.route({ method: "GET", path: "/denied", handler });
    app.route({ method: "GET", path: "/room/:id", metadata: [RequireScope.entry("write")], handler });
    app.links([
      { target: "/room/1", attributes: {} },
      { target: "coap://other.example/x", attributes: {} },
    ]);
  });
const linksFor = async (app: App, caller?: string) => {
  const options = caller === undefined ? [] : bearing(await tokenOf(caller));
  const { code, text } = await app.inject({ method: "GET", path: "/.well-known/core", options });
  return code === "2.05" ? text.replaceAll(/[<>]/g, "").split(",") : [code];
};
const ALL = ["/open", "/temp", "/valve", "/some", "/denied", "/room/1", "coap://other.example/x"];

describe("discovery", () => {
  it("shows every link but that of the login to everybody, unless the app says otherwise", async () => {
    const { app } = await open({ loginPath: "/login" });
    expect(await linksFor(app)).toEqual(ALL);
  });

  it("can be kept for those who are known", async () => {
    const { app } = await open({ discovery: "authenticated" });
    expect(await linksFor(app)).toEqual(["4.01"]);
    expect(await linksFor(app, "stranger")).toEqual(ALL);
  });

  it("can hide what the caller may not use; what a predicate decides is shown", async () => {
    const { app } = await open({ hideLinks: true });
    const other = "coap://other.example/x";
    expect(await linksFor(app)).toEqual(["/open", "/some", other]);
    expect(await linksFor(app, "reader")).toEqual(["/open", "/temp", "/some", other]);
    expect(await linksFor(app, "admin")).toEqual(["/open", "/temp", "/valve", "/some", "/room/1", other]);
  });

  it("that hides links shows none to this app that no route answers, for nobody may use it", async () => {
    const { app } = await testApp({ hideLinks: true }, {}, (opened) => {
      opened.route({ method: "GET", path: "/room/:id", metadata: [RequireScope.entry("write")], handler });
      opened.links(
        ["room/1", "/room/1/", "./room/1", "//[::1]/room/1", "/%72oom/1"].map((target) => ({ target, attributes: {} })),
      );
    });
    expect(await linksFor(app)).toEqual([""]);
  });

  it("that hides links tells nothing of hidden ones by a filter, nor by other methods", async () => {
    const { app } = await open({ hideLinks: true });
    for (const query of ["href=/valve", "href=/v*", "rt=*"])
      expect((await app.inject({ method: "GET", path: `/.well-known/core?${query}` })).text).not.toContain("valve");
    for (const method of ["POST", "PUT", "DELETE", "FETCH", "PATCH", "IPATCH"] as const)
      expect((await app.inject({ method, path: "/.well-known/core" })).code).toBe("4.05");
  });

  it("that hides links refuses a bad token", async () => {
    const { app } = await open({ hideLinks: true });
    const reply = await app.inject({ method: "GET", path: "/.well-known/core", options: bearing("x") });
    expect(reply.code).toBe("4.01");
  });
});
