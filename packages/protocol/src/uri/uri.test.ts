import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OptionNumber } from "../option/option-number.js";
import { OptionsView } from "../option/options-view.js";
import type { CoapUri } from "./coap-uri.js";
import { formatCoapUri } from "./format-coap-uri.js";
import { isIpv4, isIpv6 } from "./ip-literal.js";
import { parseCoapUri } from "./parse-coap-uri.js";
import { formatPath, parsePath } from "./path.js";
import { uriToOptions } from "./uri-to-options.js";

function uri(text: string): CoapUri {
  const result = parseCoapUri(text);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

describe("parseCoapUri", () => {
  it.each([
    ["coap://h", "coap", 5683],
    ["COAPS://h", "coaps", 5684],
    ["coap+tcp://h", "coap+tcp", 5683],
    ["coaps+tcp://h", "coaps+tcp", 5684],
    ["coap+ws://h", "coap+ws", 80],
    ["coaps+ws://h", "coaps+ws", 443],
    ["coap://h:", "coap", 5683],
    ["coap://h:0", "coap", 0],
    ["coap://h:65535", "coap", 65535],
  ])("reads scheme and port of %s", (text, scheme, port) => {
    expect(uri(text)).toEqual({ scheme, host: "h", port, path: [], query: [] });
  });

  it.each([
    ["coap://EXAMPLE.com", "example.com"],
    ["coap://gr%C3%BC.example", "grü.example"],
    ["coap://192.0.2.1", "192.0.2.1"],
    ["coap://[2001:DB8::1]:1", "2001:db8::1"],
    ["coap://[::]", "::"],
    ["coap://[fe80::1%25eth0]", "fe80::1%eth0"],
    ["coap://[fe80::1%Eth0]", "fe80::1%Eth0"],
    ["coap://[::ffff:192.0.2.1]", "::ffff:192.0.2.1"],
  ])("reads the host of %s", (text, host) => {
    expect(uri(text).host).toBe(host);
  });

  it.each([
    ["", []],
    ["/", []],
    ["/a", ["a"]],
    ["/a/", ["a", ""]],
    ["//", ["", ""]],
    ["/a//b", ["a", "", "b"]],
    ["/a%2Fb/c%20d", ["a/b", "c d"]],
    ["/%E3%81%93", ["こ"]],
    ["/a/./b/../c", ["a", "c"]],
    ["/a/b/..", ["a", ""]],
    ["/a/.", ["a", ""]],
    ["/..", []],
    ["/../../a", ["a"]],
    ["/a/..", []],
    ["/a/%2E%2e/b", ["b"]],
    ["/...", ["..."]],
  ])("reads the path %j", (path, segments) => {
    expect(uri(`coap://h${path}`).path).toEqual(segments);
  });

  it.each([
    ["?", [""]],
    ["?a", ["a"]],
    ["?a=1&b=2", ["a=1", "b=2"]],
    ["?a&&b", ["a", "", "b"]],
    ["/?a%26b&c?/d", ["a&b", "c?/d"]],
    ["/?..", [".."]],
  ])("reads the query %j", (query, parts) => {
    expect(uri(`coap://h${query}`).query).toEqual(parts);
  });

  it.each([
    ["", "not an absolute URI"],
    ["/a", "not an absolute URI"],
    ["coap:/h", "not an absolute URI"],
    ["coap:h", "not an absolute URI"],
    ["http://h/", "Scheme"],
    ["__proto__://h/", "not an absolute URI"],
    ["constructor://h/", "Scheme"],
    ["coap://h/a#b", "fragment"],
    ["coap://h#", "fragment"],
    ["coap://user@h/", "user information"],
    ["coap://", "empty"],
    ["coap:///a", "empty"],
    ["coap://:5683/", "empty"],
    ["coap://h:65536", "65535"],
    ["coap://h:1a", "host with an optional port"],
    ["coap://::1/", "host with an optional port"],
    ["coap://[::1/", "host with an optional port"],
    ["coap://[::1]x/", "host with an optional port"],
    ["coap://[1::2::3]/", "IPv6"],
    ["coap://[v1.x]/", "IPv6"],
    ["coap://[]/", "IPv6"],
    ["coap://[fe80::1%25]/", "zone"],
    ["coap://%3A%3A1/", "brackets"],
    ["coap://a b/", "percent-encoded"],
    ["coap://h/a b", "percent-encoded"],
    ["coap://h/ü", "percent-encoded"],
    ["coap://h/%", "bad percent-encoding"],
    ["coap://h/%4", "bad percent-encoding"],
    ["coap://h/%zz", "bad percent-encoding"],
    ["coap://h/%ff", "bad percent-encoding"],
    ["coap://h/?%C0%80", "bad percent-encoding"],
    ["coap://%ff/", "bad percent-encoding"],
    [`coap://h/${"a".repeat(256)}`, "255 bytes"],
    [`coap://h/${"%C3%BC".repeat(128)}`, "255 bytes"],
    [`coap://h/?${"a".repeat(256)}`, "255 bytes"],
    [`coap://${"a".repeat(256)}/`, "255 bytes"],
  ])("refuses %s", (text, reason) => {
    expect(parseCoapUri(text)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });

  it("never throws on arbitrary text", () => {
    const token = fc.constantFrom(
      "coap://",
      "[",
      "]",
      ":",
      "/",
      "?",
      "#",
      "%",
      "%25",
      "..",
      "h",
      "1",
      "@",
      "é",
      "\ud800",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.array(token).map((parts) => parts.join("")),
        ),
        (text) => {
          expect(parseCoapUri(text)).toHaveProperty("ok");
          expect(parseCoapUri(`coap://${text}`)).toHaveProperty("ok");
          expect(parsePath(text)).toHaveProperty("ok");
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("reads back every URI that formatCoapUri writes", () => {
    const value = fc.string({ unit: "grapheme", maxLength: 20 }).filter((text) => text !== "." && text !== "..");
    const uris = fc.record({
      scheme: fc.constantFrom("coap" as const, "coaps" as const, "coap+tcp" as const),
      host: fc.oneof(fc.domain(), fc.ipV4(), fc.constant("fe80::1%eth0"), fc.constant("grü ß")),
      port: fc.nat(65535),
      path: fc.array(value, { maxLength: 4 }).filter((path) => path.length !== 1 || path[0] !== ""),
      query: fc.array(value, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(uris, (original) => {
        expect(uri(formatCoapUri(original))).toEqual(original);
      }),
    );
  });
});

describe("parsePath and formatPath", () => {
  it("read and write a path with a query", () => {
    const result = parsePath("/a/b%20c?x=1&y");
    expect(result).toEqual({ ok: true, value: { path: ["a", "b c"], query: ["x=1", "y"] } });
    expect(formatPath(["a", "b c"], ["x=1", "y"])).toBe("/a/b%20c?x=1&y");
  });

  it("take characters that a URI would have to encode", () => {
    expect(parsePath("/grüße an alle")).toEqual({ ok: true, value: { path: ["grüße an alle"], query: [] } });
  });

  it.each(["a/b", "coap://h/a", "/a#b", "/%"])("refuse %j", (text) => {
    expect(parsePath(text).ok).toBe(false);
  });

  it("write a lone surrogate as the replacement character", () => {
    expect(formatPath(["\ud800"])).toBe("/%EF%BF%BD");
  });
});

describe("uriToOptions", () => {
  it("leaves out Uri-Host of an address and Uri-Port of the destination", () => {
    expect(uriToOptions(uri("coap://[fe80::1%25eth0]:1234/a?b"))).toEqual([
      { number: OptionNumber.UriPath, value: "a" },
      { number: OptionNumber.UriQuery, value: "b" },
    ]);
  });

  it("includes Uri-Host of a name, and Uri-Port when the request goes to another port", () => {
    const options = OptionsView.of(uriToOptions(uri("coap://Example.com:1234/"), { destinationPort: 5683 }));
    expect(options.string(OptionNumber.UriHost)).toBe("example.com");
    expect(options.uint(OptionNumber.UriPort)).toBe(1234);
    expect(options.has(OptionNumber.UriPath)).toBe(false);
  });
});

describe("IP literals", () => {
  it("takes every address that is one", () => {
    fc.assert(fc.property(fc.ipV4(), isIpv4));
    fc.assert(fc.property(fc.ipV6(), isIpv6));
  });

  it.each(["", "1", "1.2.3", "1.2.3.4.", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "a.b.c.d"])(
    "does not take %j for IPv4",
    (text) => expect(isIpv4(text)).toBe(false),
  );

  it.each([
    "",
    ":",
    ":::",
    "1",
    "1:2",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "12345::",
    "g::",
    "1.2.3.4::",
    "::1.2.3",
    "::1%",
    "1:2:3:4:5:6:7:8::",
  ])("does not take %j for IPv6", (text) => expect(isIpv6(text)).toBe(false));
});
