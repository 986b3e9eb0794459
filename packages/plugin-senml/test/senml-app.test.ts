import { type App, CoapError, Code, createApp, Get, isCoapkitError, Payload, Put, Resource } from "@coapkit/core";
import { afterEach, describe, expect, it } from "vitest";
import { Senml, type SenmlOptions, type SenmlReading, senml } from "../src/index.js";
import { NOW_MS, NOW_S, SILENT } from "./settings.js";

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const PACK = '[{"bn":"a/","n":"x","u":"kW","v":1},{"n":"y","t":-1,"vs":"on"},{"n":"x","t":-2,"u":"W","v":2}]';

describe("an app with senml()", () => {
  let app: App;
  afterEach(() => app.close());

  let payload: unknown;
  const boot = async (options?: SenmlOptions) => {
    app = await createApp({ plugins: [senml({ nowMs: () => NOW_MS, ...options })] });
    app.route({
      method: "PUT",
      path: "x",
      payload: true,
      consumes: [110, 112],
      handler: (ctx) => {
        payload = ctx.payload;
      },
    });
  };
  const put = async (body: string | Uint8Array, contentFormat = 110) => {
    payload = undefined;
    const { code, text } = await app.inject({ method: "PUT", path: "/x", payload: body, contentFormat });
    return text === "" ? code : `${code} ${text}`;
  };

  it("gives handlers resolved records", async () => {
    await boot();
    expect(await put(PACK)).toBe("2.04");
    expect(payload).toEqual([
      { n: "a/x", u: "W", t: NOW_S - 2, v: 2 },
      { n: "a/y", t: NOW_S - 1, vs: "on" },
      { n: "a/x", u: "W", t: NOW_S, v: 1000 },
    ]);
  });

  it("or readings, or groups of them", async () => {
    await boot({ decodeAs: "readings", units: "asSent", times: "asSent" });
    await put(PACK);
    expect(payload).toEqual([
      { name: "a/x", value: 1, unit: "kW" },
      { name: "a/y", value: "on", time: -1 },
      { name: "a/x", value: 2, unit: "W", time: -2 },
    ]);
    await app.close();
    await boot({ decodeAs: "groups" });
    await put(PACK);
    expect(payload).toEqual([
      {
        name: "a/x",
        readings: [
          { name: "a/x", value: 2, unit: "W", time: NOW_S - 2 },
          { name: "a/x", value: 1000, unit: "W", time: NOW_S },
        ],
      },
      { name: "a/y", readings: [{ name: "a/y", value: "on", time: NOW_S - 1 }] },
    ]);
  });

  it.each<[string, string]>([
    ["{}", "a SenML pack is an array of records"],
    ["[]", "a SenML pack has one record at least"],
    ["[1]", "record 1: not a map of fields"],
    ['[{"n":"a","v":1},{"n":"a"}]', "record 2: there is no value"],
    ['[{"n":"a","v":"1"}]', "record 1: v is not a finite number"],
    ['[{"n":"a","v":1e999}]', "record 1: v is not a finite number"],
    ['[{"n":"a","u":"kWh","v":1e308}]', "record 1: the value in kWh is no finite number of J"],
    ['[{"n":"a","vb":1}]', "record 1: vb is not true or false"],
    ['[{"n":"a","vd":"a+b="}]', "record 1: vd is not bytes"],
    ['[{"n":"a","v":1,"q_":2}]', 'record 1: the field "q_" has to be understood, and is not known here'],
    ['[{"n":"a","v":1,"bver":11}]', "record 1: version 11 is above 10, the last one understood here"],
    ['[{"n":"a b","v":1}]', 'record 1: "a b" is not a name; see RFC 8428 §4.5.1 for its characters'],
    ['[{"n":"a","v":1,"__proto__":{"v":2}}]', "forbidden key __proto__"],
    [`[{"n":"a","v":1,"x":${"[".repeat(7)}${"]".repeat(7)}}]`, "JSON nested deeper than 8 levels"],
    ["[".repeat(1 << 19), "JSON nested deeper than 8 levels"],
    [`[${'{"n":"a","v":1},'.repeat(10_000)}{}]`, "the pack has more than 10000 records"],
    ['[{"n":"a","v":1,}]', "malformed JSON: unexpected '}' at byte 16"],
  ])("answers %.60s with 4.00", async (body, reason) => {
    await boot();
    expect(await put(body)).toBe(`4.00 ${reason}`);
  });

  it.each<[string, string, string]>([
    ["a label as text", "81a2006161617601", "record 1: the label v is 2 in CBOR"],
    [
      "an unknown text that has to be understood",
      "81a30061610201627a5f01",
      'record 1: the field "z_" has to be understood, and is not known here',
    ],
    ["a label that is no label", "81a2006161814002", "record 1: a label is neither an integer nor a text"],
    ["NaN", "81a200616102f97e00", "record 1: v is not a finite number"],
    ["an infinity", "81a200616102f97c00", "record 1: v is not a finite number"],
    ["another tag than 4", "81a200616102c101", "record 1: v is not a finite number"],
    ["a decimal fraction out of range", "81a200616102c4821903e701", "record 1: v is not a finite number"],
    ["a decimal fraction of three", "81a200616102c483010101", "record 1: v is not a finite number"],
    ["a version that is no integer", "81a3006161020120f93e00", "record 1: bver is not a positive integer"],
    ["a version as a float", "81a3006161020120f94900", "record 1: bver is not a positive integer"],
    ["a version as a decimal fraction", "81a3006161020120c482000a", "record 1: bver is not a positive integer"],
    ["a version as a bignum", "81a3006161020120c2410a", "record 1: bver is not a positive integer"],
    ["a label as a float", "81a2006161f9400001", "record 1: a label is neither an integer nor a text"],
    ["a mantissa as a float", "81a200616102c48200f95c44", "record 1: v is not a finite number"],
    ["a label twice", "81a300616102010202", "duplicate key at byte 7"],
    ["records cut off", "82a20061610201", "malformed CBOR: unexpected end at byte 7"],
    ["2^32 records", "9affffffff", "malformed CBOR: unexpected end at byte 5"],
    ["nested lists", "81".repeat(9).concat("00"), "CBOR nested deeper than 8 levels"],
    ["a name that is not UTF-8", "81a20061ff0201", "the text at byte 4 is not UTF-8"],
  ])("answers CBOR with %s with 4.00", async (_, hex, reason) => {
    await boot();
    expect(await put(bytes(hex), 112)).toBe(`4.00 ${reason}`);
  });

  it.each<[string, string, number]>([
    ["an integer", "81a20061610218ff", 255],
    ["a negative integer", "81a200616102390100", -257],
    ["an integer beyond 2^53", "81a2006161021b0020000000000001", 2 ** 53],
    ["a float of 16 bits", "81a200616102f93e00", 1.5],
    ["a decimal fraction", "81a200616102c48221196ab3", 273.15],
    ["a decimal fraction with a bignum", "81a200616102c48200c249010000000000000000", 2 ** 64],
    ["a decimal fraction that only one rounding gets right", "81a200616102c4823618ff", 255e-23],
    ["a list of indefinite length", "9fbf0061610201ffff", 1],
    ["a float that is a whole number", "81a200616102f93c00", 1],
    ["a version as an integer", "81a30061610201200a", 1],
    ["labels that nobody knows", "81a40061610201092063666f6ff6", 1],
  ])("reads %s", async (_, hex, v) => {
    await boot({ times: "asSent" });
    expect(await put(bytes(hex), 112)).toBe("2.04");
    expect(payload).toEqual([{ n: "a", v }]);
  });

  it("has limits that the app may set", async () => {
    await boot({ maxRecords: 1, maxNameLength: 2, units: "registered" });
    expect(await put('[{"n":"ab","v":1}]')).toBe("2.04");
    expect(await put('[{"n":"a","v":1},{"n":"b","v":1}]')).toBe("4.00 the pack has more than 1 records");
    expect(await put('[{"bn":"ab","n":"c","v":1}]')).toBe("4.00 record 1: the name is longer than 2 characters");
    expect(await put('[{"n":"a","u":"furlong","v":1}]')).toBe('4.00 record 1: the unit "furlong" is not registered');
  });

  it.each([{ maxRecords: 0 }, { decodeAs: "pack" as "records" }, { nowMs: 5 as never }, { base: "x" } as SenmlOptions])(
    "refuses the options %j at boot",
    async (options) => {
      await boot();
      const error = await createApp({ plugins: [senml(options)] }).catch((thrown: unknown) => thrown);
      expect(isCoapkitError(error, "COAPKIT_ERR_OPTIONS_INVALID")).toBe(true);
    },
  );

  it("maps by decorators, the method's before the plugin's; a mapping may refuse", async () => {
    interface Switch {
      readonly isOn: boolean;
    }
    @Resource("lamp", { produces: [110] })
    @Senml({ toSenml: ({ isOn }: Switch) => ({ n: "lamp", u: "/", v: isOn ? 1 : 0 }) })
    class LampResource {
      #lamp: Switch = { isOn: false };
      @Get() read() {
        return this.#lamp;
      }
      @Put({ consumes: [110] })
      @Senml({
        fromSenml([record, ...more]) {
          if (more.length > 0) throw new CoapError(Code.UnprocessableEntity, "one record, please");
          return { isOn: record?.v === 1 };
        },
      })
      write(@Payload() lamp: Switch) {
        this.#lamp = lamp;
      }
      @Get("none") @Senml({ toSenml: () => undefined, decodeAs: undefined }) none() {
        return this.#lamp;
      }
    }
    app = await createApp({ resources: [LampResource], plugins: [senml()], logger: SILENT });
    const write = (text: string) => app.inject({ method: "PUT", path: "/lamp", payload: text, contentFormat: 110 });
    expect((await write('[{"n":"lamp","v":1}]')).code).toBe("2.04");
    expect((await app.inject({ method: "GET", path: "/lamp" })).text).toBe('[{"n":"lamp","u":"/","v":1}]');
    const refused = await write('[{"n":"lamp","v":1},{"n":"lamp","v":0}]');
    expect([refused.code, refused.text]).toEqual(["4.22", "one record, please"]);
    expect((await app.inject({ method: "GET", path: "/lamp/none" })).code).toBe("5.00");
  });

  it("is what an app with @Senml does not boot without", async () => {
    await boot();
    const other = await createApp({ logger: SILENT });
    other.route({ method: "GET", path: "/t", metadata: [Senml.entry({})], handler: () => "t" });
    const error = await other.ready().catch((thrown: unknown) => thrown);
    expect(isCoapkitError(error, "COAPKIT_ERR_PLUGIN_DEPENDENCY_MISSING")).toBe(true);
  });

  it("maps by its options where a route says nothing", async () => {
    const toSenml = (value: unknown) => ({ n: "t", v: value });
    const fromSenml = (records: readonly object[]) => records.length;
    await boot({ toSenml, fromSenml });
    app.route({ method: "GET", path: "t", handler: () => 21 });
    expect((await app.inject({ method: "GET", path: "/t", accept: 110 })).text).toBe('[{"n":"t","v":21}]');
    await put(PACK);
    expect(payload).toBe(3);
  });

  it("compacts packs where told so, and what it sends means the same", async () => {
    const readings: SenmlReading[] = [
      { name: "urn:dev:ow:1:temp", value: 21, unit: "Cel", time: NOW_S },
      { name: "urn:dev:ow:1:temp", value: 22, unit: "Cel", time: NOW_S - 60 },
      { name: "urn:dev:ow:1:hum", value: 50, unit: "%RH", time: NOW_S },
    ];
    await boot({ compact: true });
    app.route({ method: "GET", path: "r", produces: [110], handler: () => readings });
    const { text } = await app.inject({ method: "GET", path: "/r" });
    expect(text).toBe(
      `[{"bn":"urn:dev:ow:1:","bt":${NOW_S},"bu":"Cel","n":"temp","v":21},{"n":"temp","t":-60,"v":22},{"n":"hum","u":"%RH","v":50}]`,
    );
  });
});
