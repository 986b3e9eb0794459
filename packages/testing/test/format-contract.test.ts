import { definePlugin, type PayloadFormat, PLUGIN_CONTRACT } from "@coapkit/core";
import { fail, ok } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { describeFormatContract, formatContract } from "../src/format-contract/format-contract.js";
import type { FormatContractOptions } from "../src/format-contract/format-options.js";
import { failuresOf } from "./run-cases.js";

const text = (payload: Uint8Array) => new TextDecoder().decode(payload);

/** JSON as a careful plugin reads it. */
const json: PayloadFormat = {
  contentFormat: 50,
  mediaType: "application/json",
  structured: true,
  suffix: "+json",
  encode: (value) => JSON.stringify(value),
  decode: (payload) => {
    if (/[[{]{65}/.test(text(payload).replaceAll(/[^[{\]}]/g, ""))) return fail("nested too deeply");
    try {
      return ok(JSON.parse(text(payload)) as unknown);
    } catch {
      return fail("malformed JSON");
    }
  },
};

const numbers: PayloadFormat = {
  contentFormat: 65_002,
  mediaType: "application/x-numbers",
  structured: false,
  represents: (value) => value instanceof Uint8Array,
  encode: (value) => value as Uint8Array,
  decode: (payload) => ok(payload.slice()),
};

const plugin = definePlugin({
  name: "coapkit-plugin-formats",
  version: "1.0.0",
  contract: PLUGIN_CONTRACT,
  setup: (host) => host.formats.add(numbers),
});

const runner = { describe, it };
describeFormatContract(runner, json, { samples: [{ celsius: 21.5 }], malformed: ["", "{", Uint8Array.of(0xff)] });
describeFormatContract(runner, numbers, { samples: [Uint8Array.of(0, 1, 255)] });
describeFormatContract(runner, () => plugin(), { samples: [Uint8Array.of(7)] });

const DECLARES = "declares a content format that agrees with the IANA registry";
const ENCODES = "encodes samples to bytes or text, repeatably";
const DECODES = "decodes what it encoded to the same value";
const MALFORMED = "refuses malformed payloads with a reason";
const HOSTILE = "stands hostile payloads";

async function failures(parts: Partial<PayloadFormat>, options: Partial<FormatContractOptions> = {}) {
  const contract = formatContract({ ...json, ...parts }, { samples: [{ a: 1 }], randomPayloads: 200, ...options });
  return failuresOf(contract);
}

describe("formatContract finds", () => {
  it.each([
    [{ contentFormat: 60 }, "60 is application/cbor"],
    [{ contentFormat: 65_003 }, '"application/json" is 50'],
    [{ mediaType: "text/json" }, '"text/json" is not registered'],
    [{ contentFormat: 65_536 }, "found 65536"],
    [{ mediaType: "json" }, 'found "json"'],
    [{ suffix: "+yaml" as never }, 'found "+yaml"'],
    [{ structured: 1 as never }, "found 1"],
  ])("the declaration %j", async (parts, message) => {
    const found = await failures(parts);
    expect([...found.keys()]).toEqual([DECLARES]);
    expect(found.get(DECLARES)).toContain(message);
  });

  it("an encoder that gives neither bytes nor text", async () => {
    expect((await failures({ encode: (value) => value as never })).get(ENCODES)).toContain("bytes or a string");
  });

  it("an encoder that gives something else each time", async () => {
    let calls = 0;
    const found = await failures({ encode: (value) => JSON.stringify(value) + " ".repeat(calls++) });
    expect([...found.keys()]).toEqual([ENCODES]);
  });

  it("an encoder that changes the value", async () => {
    const encode = (value: unknown) => {
      if (typeof value === "object" && value !== null) Object.assign(value, { at: 1 });
      return JSON.stringify(value);
    };
    expect((await failures({ encode })).get(ENCODES)).toContain("it changed");
  });

  it("a test of values that contradicts the encoder", async () => {
    expect((await failures({ represents: () => false })).get(ENCODES)).toContain("represents to be true");
  });

  it("a structured format that loses a kind of value", async () => {
    const encode = (value: unknown) => JSON.stringify(value ?? 0);
    const found = await failures({ encode });
    expect(found.get(DECODES)).toContain("null came back as 0");
  });

  it("a missing sample", async () => {
    expect((await failures({}, { samples: [] })).get(DECODES)).toContain("needs samples");
  });

  it("a sample that differs by the author's own comparison", async () => {
    const assertSame = (decoded: unknown) => expect(decoded).toEqual("something else");
    expect([...(await failures({}, { assertSame })).keys()]).toEqual([DECODES]);
  });

  it("a decoder that takes what is malformed", async () => {
    const found = await failures({}, { malformed: ["[1,2]"] });
    expect(found).toEqual(new Map([[MALFORMED, expect.stringContaining('"[1,2]"')]]));
  });

  it("a decoder that reads beyond its window on a buffer", async () => {
    const decode = (payload: Uint8Array) => json.decode(new Uint8Array(payload.buffer), 50);
    expect((await failures({ decode })).get(DECODES)).toContain("refuses");
  });

  it("a decoder that needs a Buffer", async () => {
    const decode: PayloadFormat["decode"] = (payload) => json.decode(Buffer.from(payload.toString()), 50);
    expect((await failures({ decode })).has(DECODES)).toBe(true);
  });

  it("a decoder that writes to the payload", async () => {
    const decode: PayloadFormat["decode"] = (payload) => json.decode(payload.fill(0x20), 50);
    expect((await failures({ decode })).get(DECODES)).toContain("leave the payload as it is");
  });

  it("a decoder that throws", async () => {
    const found = await failures({ decode: (payload) => ok(JSON.parse(text(payload))) });
    expect(found.get(HOSTILE)).toContain("for an empty payload it threw SyntaxError");
    expect([...found.keys()]).toEqual([
      "stands truncated payloads",
      HOSTILE,
      "stands thousands of random and damaged payloads",
    ]);
  });

  it("a decoder that gives values too deep to read", async () => {
    const decode: PayloadFormat["decode"] = (payload) => {
      try {
        return ok(JSON.parse(text(payload)));
      } catch {
        return fail("malformed");
      }
    };
    const found = await failures({ decode });
    expect([...found.keys()]).toEqual([HOSTILE]);
    expect(found.get(HOSTILE)).toContain("more than 1000 levels");
  });

  it("a decoder that lets the payload choose a prototype", async () => {
    const decode: PayloadFormat["decode"] = (payload, contentFormat) => {
      const decoded = json.decode(payload, contentFormat);
      if (!decoded.ok || typeof decoded.value !== "object" || decoded.value === null) return decoded;
      const copy: Record<string, unknown> = {};
      for (const [name, value] of Object.entries(decoded.value)) copy[name] = value;
      return ok(Array.isArray(decoded.value) ? decoded.value : copy);
    };
    expect((await failures({ decode })).get(HOSTILE)).toContain("the payload chose the prototype");
  });

  it("a decoder that changes Object.prototype, and puts it right again", async () => {
    const decode: PayloadFormat["decode"] = (payload, contentFormat) => {
      if (text(payload).includes("polluted")) Object.assign(Object.prototype, { polluted: true });
      return json.decode(payload, contentFormat);
    };
    expect((await failures({ decode })).get(HOSTILE)).toContain("away from Object.prototype");
    expect("polluted" in {}).toBe(false);
  });

  it.each([
    ["no result", () => undefined as never],
    ["a promise", () => Promise.resolve(ok(1)) as never],
    ["a refusal without a reason", () => fail("")],
    ["a reason that does not fit in a diagnostic payload", () => fail("x".repeat(513))],
  ])("a decoder that returns %s", async (_, decode) => {
    expect((await failures({ decode })).get(HOSTILE)).toMatch(/^The contract wants/);
  });

  it("a plugin that adds no format", async () => {
    const none = definePlugin({ name: "coapkit-plugin-none", version: "1.0.0", contract: PLUGIN_CONTRACT, setup() {} });
    const found = await failuresOf(formatContract(() => none(), { samples: [1] }));
    expect(found.get(DECLARES)).toContain("its setup added none");
  });
});
