import { describe, expect, it } from "vitest";
import { routeOf } from "../routing/route.js";
import { routesAt } from "./routes-at.js";

const routes = ["/", "/a", "/a/:id", "/a/:id/*rest", "/b c", "/\\:x"].map((path) =>
  routeOf({ method: "GET", path, handler: () => "" }, "app"),
);

describe("routesAt", () => {
  it.each([
    ["/", ["/"]],
    ["/a", ["/a"]],
    ["/a/7", ["/a/:id"]],
    ["/a/7/x/y", ["/a/:id/*rest"]],
    ["/b%20c", ["/b c"]],
    ["/a?x=1", ["/a"]],
    ["/c", []],
    ["coap://other.example/a", []],
    ["a", []],
    ["/%zz", []],
  ])("finds for %s the routes %j", (target, found) => {
    expect(routesAt(target, routes).map(({ path }) => path)).toEqual(found);
  });

  it("finds the routes of all methods", () => {
    const put = routeOf({ method: "PUT", path: "/a", handler: () => undefined }, "app");
    expect(routesAt("/a", [...routes, put]).map(({ method }) => method)).toEqual(["GET", "PUT"]);
  });
});
