import { describe, expect, it } from "vitest";
import { encodeOptions, type OptionEntry } from "./encode-options.js";
import { findBadOption } from "./find-bad-option.js";
import { OptionNumber } from "./option-number.js";
import { OptionRegistry } from "./option-registry.js";
import { OptionsView } from "./options-view.js";

const registry = new OptionRegistry();
const bad = (entries: readonly OptionEntry[]) => findBadOption(OptionsView.of(entries), registry);
const bytes = (length: number) => new Uint8Array(length).fill(1);

describe("findBadOption", () => {
  it("finds nothing in an ordinary request", () => {
    expect(bad([])).toBe(-1);
    expect(
      bad([
        { number: OptionNumber.UriHost, value: "h" },
        { number: OptionNumber.UriPath, value: "a" },
        { number: OptionNumber.UriPath, value: "b" },
        { number: OptionNumber.Accept, value: 60 },
        { number: OptionNumber.IfNoneMatch, value: bytes(0) },
      ]),
    ).toBe(-1);
  });

  it("reports the first of several", () => {
    expect(
      bad([
        { number: 2001, value: 0 },
        { number: OptionNumber.OSCORE, value: 0 },
      ]),
    ).toBe(OptionNumber.OSCORE);
  });

  it("takes what a plugin defined for known", () => {
    const own = new OptionRegistry();
    const view = OptionsView.of([{ number: 2049, value: 1 }]);
    expect(findBadOption(view, own)).toBe(2049);
    own.define({ number: 2049, name: "Version", format: "uint", minLength: 0, maxLength: 2, repeatable: false });
    expect(findBadOption(view, own)).toBe(-1);
  });

  it("looks at the view's region only", () => {
    const region = encodeOptions([{ number: OptionNumber.UriPath, value: "a" }]);
    const datagram = Uint8Array.of(0x90, ...region, 0xff, 0x90);
    const parsed = OptionsView.parse(datagram, 1);
    expect(parsed.ok && findBadOption(parsed.value, registry)).toBe(-1);
  });
});
