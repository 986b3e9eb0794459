import { describe, expect, it } from "vitest";
import { type CoapUri, formatCoapUri, parseCoapUri, uriToOptions } from "../src/index.js";

function options(text: string, destinationPort: number) {
  const result = parseCoapUri(text);
  if (!result.ok) throw new Error(result.reason);
  return uriToOptions(result.value, { destinationPort }).map(({ number, value }) => [number, value]);
}

describe("RFC 7252 §6.3 normalization", () => {
  it("gives three equivalent URIs the same options", () => {
    const expected = [
      [3, "example.com"],
      [11, "~sensors"],
      [11, "temp.xml"],
    ];
    expect(options("coap://example.com:5683/~sensors/temp.xml", 5683)).toEqual(expected);
    expect(options("coap://EXAMPLE.com/%7Esensors/temp.xml", 5683)).toEqual(expected);
    expect(options("coap://EXAMPLE.com:/%7esensors/temp.xml", 5683)).toEqual(expected);
  });
});

/** Appendix B: a URI, the port that its request is sent to, the options. */
const EXAMPLES: [string, CoapUri, [number, string][]][] = [
  ["coap://[2001:db8::2:1]/", { scheme: "coap", host: "2001:db8::2:1", port: 5683, path: [], query: [] }, []],
  [
    "coap://example.net/",
    { scheme: "coap", host: "example.net", port: 5683, path: [], query: [] },
    [[3, "example.net"]],
  ],
  [
    "coap://example.net/.well-known/core",
    { scheme: "coap", host: "example.net", port: 5683, path: [".well-known", "core"], query: [] },
    [
      [3, "example.net"],
      [11, ".well-known"],
      [11, "core"],
    ],
  ],
  [
    "coap://xn--18j4d.example/%E3%81%93%E3%82%93%E3%81%AB%E3%81%A1%E3%81%AF",
    { scheme: "coap", host: "xn--18j4d.example", port: 5683, path: ["こんにちは"], query: [] },
    [
      [3, "xn--18j4d.example"],
      [11, "こんにちは"],
    ],
  ],
  [
    "coap://198.51.100.1:61616//%2F//?%2F%2F&?%26",
    { scheme: "coap", host: "198.51.100.1", port: 61616, path: ["", "/", "", ""], query: ["//", "?&"] },
    [
      [11, ""],
      [11, "/"],
      [11, ""],
      [11, ""],
      [15, "//"],
      [15, "?&"],
    ],
  ],
];

describe("RFC 7252 Appendix B", () => {
  it.each(EXAMPLES)("§6.4 decomposes %s", (text, uri, expected) => {
    expect(parseCoapUri(text)).toEqual({ ok: true, value: uri });
    expect(options(text, uri.port)).toEqual(expected);
  });

  it.each(EXAMPLES)("§6.5 composes what means %s", (text, uri) => {
    const written = formatCoapUri(uri);
    // §6.5 step 8 leaves a slash in a query as it is, where the example shows it encoded.
    expect(written).toBe(text.replace("?%2F%2F", "?//"));
    expect(parseCoapUri(written)).toEqual({ ok: true, value: uri });
  });
});
