import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const plugtest = fixture("plugtest");

it.each<[string, string | number, string[], string]>([
  ["the path itself", "GET", ["test"], "2.05"],
  ["other case", "GET", ["Test"], "4.04"],
  ["percent-encoding", "GET", ["%74est"], "4.04"],
  ["an empty segment behind", "GET", ["test", ""], "4.04"],
  ["an empty segment before", "GET", ["", "test"], "4.04"],
  ["a slash in a segment", "GET", ["seg1/seg2"], "4.04"],
  ["two segments", "GET", ["seg1", "seg2"], "2.05"],
  ["a path that only begins so", "GET", ["seg1", "seg3"], "4.04"],
  ["a part of a path", "GET", ["utf8"], "4.04"],
  ["another method", "POST", ["seg1"], "4.05"],
  ["a method that nobody has defined", 0x08, ["test"], "4.05"],
  ["the last of the method codes", 0x1f, ["test"], "4.05"],
  ["such a method for an unknown path", 0x1f, ["nowhere"], "4.04"],
  ["another method of an unknown path", "PUT", ["nowhere"], "4.04"],
  ["discovery by POST", "POST", [".well-known", "core"], "4.05"],
  ["something behind discovery", "GET", [".well-known", "core", "x"], "4.04"],
  ["a shutdown", "POST", ["shutdown"], "4.04"],
])("%s", async (_, method, path, code) => {
  expect(await plugtest.client.request(method, path)).toMatchObject({ code });
});
