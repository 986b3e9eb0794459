import { describe, expect, it } from "vitest";
import { DEFAULT_PORTS, formatCoapUri, OptionNumber, OptionsView, parseCoapUri, uriToOptions } from "../src/index.js";

describe("RFC 8323 §8 CoAP over reliable transport URIs", () => {
  it.each([
    ["coap+tcp", 5683], // §8.1
    ["coaps+tcp", 5684], // §8.2
    ["coap+ws", 80], // §8.3
    ["coaps+ws", 443], // §8.4
  ] as const)("%s has the default port %d", (scheme, port) => {
    expect(DEFAULT_PORTS[scheme]).toBe(port);
    expect(parseCoapUri(`${scheme}://example.org`)).toMatchObject({ ok: true, value: { scheme, port } });
  });

  it.each(["coap+ws", "coaps+ws"])("decomposes the example of %s (Figures 15 and 16)", (scheme) => {
    const text = `${scheme}://example.org/sensors/temperature?u=Cel`;
    const uri = parseCoapUri(text);
    if (!uri.ok) throw new Error(uri.reason);
    const options = OptionsView.of(uriToOptions(uri.value));
    expect(options.strings(OptionNumber.UriPath)).toEqual(["sensors", "temperature"]);
    expect(options.strings(OptionNumber.UriQuery)).toEqual(["u=Cel"]);
    expect(formatCoapUri(uri.value)).toBe(text);
  });
});
