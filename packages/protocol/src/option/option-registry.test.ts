import { describe, expect, it } from "vitest";
import { isCoapkitError } from "../errors/coapkit-error.js";
import type { OptionDefinition } from "./option-definition.js";
import { OptionNumber } from "./option-number.js";
import { OptionRegistry } from "./option-registry.js";

const VENDOR: OptionDefinition = {
  number: 65001,
  name: "Vendor",
  format: "uint",
  minLength: 0,
  maxLength: 4,
  repeatable: false,
};

const hasCode = (code: string) => expect.toSatisfy((error) => isCoapkitError(error, code));

describe("OptionRegistry", () => {
  it("starts with the standard options, without those that the endpoint does not speak", () => {
    const registry = new OptionRegistry();
    const unknown = Object.values(OptionNumber).filter((number) => registry.get(number) === undefined);
    expect(unknown).toEqual([OptionNumber.OSCORE, OptionNumber.QBlock1, OptionNumber.EDHOC, OptionNumber.QBlock2]);
    expect([...registry]).toHaveLength(23);
  });

  it("finds a definition by number and by name", () => {
    const registry = new OptionRegistry();
    expect(registry.get(OptionNumber.UriPath)).toBe(registry.byName("Uri-Path"));
    expect(registry.get(2)).toBeUndefined();
    expect(registry.get(65000)).toBeUndefined();
    expect(registry.byName("uri-path")).toBeUndefined();
  });

  it.each([9, 500, 512, 65535])("adds option %d to one registry and no other", (number) => {
    const registry = new OptionRegistry();
    registry.define({ ...VENDOR, number });
    expect(registry.get(number)).toEqual({ ...VENDOR, number });
    expect(registry.byName("Vendor")).toBe(registry.get(number));
    expect(new OptionRegistry().get(number)).toBeUndefined();
  });

  it("keeps its own copy of a definition", () => {
    const registry = new OptionRegistry();
    const definition = { ...VENDOR };
    registry.define(definition);
    definition.maxLength = 9;
    expect(registry.get(VENDOR.number)?.maxLength).toBe(4);
  });

  it("takes the same definition twice", () => {
    const registry = new OptionRegistry();
    registry.define(VENDOR);
    registry.define({ ...VENDOR });
    expect([...registry]).toHaveLength(24);
  });

  it("names both options of a conflict, whether over the number or over the name", () => {
    const registry = new OptionRegistry();
    for (const definition of [
      { ...VENDOR, number: OptionNumber.Echo },
      { ...VENDOR, number: 65001, name: "Echo" },
    ]) {
      const act = () => registry.define(definition);
      expect(act).toThrow(hasCode("COAPKIT_ERR_OPTION_CONFLICT"));
      expect(act).toThrow(`Option ${definition.name} (${definition.number}) conflicts with Echo (252)`);
    }
    expect(registry.byName("Vendor")).toBeUndefined();
  });

  it.each([
    { number: -1 },
    { number: 65536 },
    { number: 1.5 },
    { name: "" },
    { format: "text" as "string" },
    { minLength: 5 },
    { minLength: -1 },
    { maxLength: 70_000 },
    { maxLength: Number.NaN },
    { format: "empty" as const },
  ])("refuses a definition with %o", (wrong) => {
    const registry = new OptionRegistry();
    expect(() => registry.define({ ...VENDOR, ...wrong })).toThrow(hasCode("COAPKIT_ERR_OPTION_DEFINITION"));
  });
});
