// A table: the examples of RFC 8428 §5.1 and §6.
import { describe, expect, it } from "vitest";
import { type SenmlPack, senmlCborFormat, senmlJsonFormat } from "../src/index.js";
import { NOW_S, SETTINGS } from "./settings.js";

const json = senmlJsonFormat(SETTINGS);
const cbor = senmlCborFormat(SETTINGS);
const bytes = (text: string) => new TextEncoder().encode(text);
const readJson = (pack: unknown) => json.decode(bytes(JSON.stringify(pack)), 110);

const DEVICE = "urn:dev:ow:10e2073a01080063";

const VOLTAGE_AND_CURRENT: SenmlPack = [
  {
    bn: "urn:dev:ow:10e2073a0108006:",
    bt: 1.276020076001e9,
    bu: "A",
    bver: 5,
    n: "voltage",
    u: "V",
    v: 120.1,
  },
  { n: "current", t: -5, v: 1.2 },
  { n: "current", t: -4, v: 1.3 },
  { n: "current", t: -3, v: 1.4 },
  { n: "current", t: -2, v: 1.5 },
  { n: "current", t: -1, v: 1.6 },
  { n: "current", v: 1.7 },
];

/** §5.1.3, and its resolved form in §5.1.4. */
const HUMIDITY_AND_POSITION: SenmlPack = [
  { bn: DEVICE, bt: 1.320067464e9, bu: "%RH", v: 20 },
  { u: "lon", v: 24.30621 },
  { u: "lat", v: 60.07965 },
  { t: 60, v: 20.3 },
  { u: "lon", t: 60, v: 24.30622 },
  { u: "lat", t: 60, v: 60.07965 },
  { t: 120, v: 20.7 },
  { u: "lon", t: 120, v: 24.30623 },
  { u: "lat", t: 120, v: 60.07966 },
  { u: "%EL", t: 150, v: 98 },
  { t: 180, v: 21.2 },
  { u: "lon", t: 180, v: 24.30628 },
  { u: "lat", t: 180, v: 60.07967 },
];
const HUMIDITY_AND_POSITION_RESOLVED: SenmlPack = (
  [
    ["%RH", 1.320067464e9, 20],
    ["lon", 1.320067464e9, 24.30621],
    ["lat", 1.320067464e9, 60.07965],
    ["%RH", 1.320067524e9, 20.3],
    ["lon", 1.320067524e9, 24.30622],
    ["lat", 1.320067524e9, 60.07965],
    ["%RH", 1.320067584e9, 20.7],
    ["lon", 1.320067584e9, 24.30623],
    ["lat", 1.320067584e9, 60.07966],
    ["%EL", 1.320067614e9, 98],
    ["%RH", 1.320067644e9, 21.2],
    ["lon", 1.320067644e9, 24.30628],
    ["lat", 1.320067644e9, 60.07967],
  ] as [string, number, number][]
).map(([u, t, v]) => ({ n: DEVICE, u, t, v }));

const EXAMPLES: readonly [title: string, pack: SenmlPack, resolved: unknown][] = [
  ["§5.1.1, a single data point", [{ n: DEVICE, u: "Cel", v: 23.1 }], [{ n: DEVICE, u: "Cel", t: NOW_S, v: 23.1 }]],
  [
    "§5.1.2, multiple data points",
    [
      { bn: `${DEVICE}:`, n: "voltage", u: "V", v: 120.1 },
      { n: "current", u: "A", v: 1.2 },
    ],
    [
      { n: `${DEVICE}:voltage`, u: "V", t: NOW_S, v: 120.1 },
      { n: `${DEVICE}:current`, u: "A", t: NOW_S, v: 1.2 },
    ],
  ],
  [
    "§5.1.2, in the past, version 5",
    VOLTAGE_AND_CURRENT,
    [
      ["current", "A", 1.276020071001e9, 1.2],
      ["current", "A", 1.276020072001e9, 1.3],
      ["current", "A", 1.276020073001e9, 1.4],
      ["current", "A", 1.276020074001e9, 1.5],
      ["current", "A", 1.276020075001e9, 1.6],
      ["voltage", "V", 1.276020076001e9, 120.1],
      ["current", "A", 1.276020076001e9, 1.7],
    ].map(([n, u, t, v]) => ({ bver: 5, n: `urn:dev:ow:10e2073a0108006:${n}`, u, t, v })),
  ],
  ["§5.1.3, multiple measurements", HUMIDITY_AND_POSITION, HUMIDITY_AND_POSITION_RESOLVED],
  ["§5.1.4, resolved data", HUMIDITY_AND_POSITION_RESOLVED, HUMIDITY_AND_POSITION_RESOLVED],
  [
    "§5.1.5, multiple data types",
    [
      { bn: `${DEVICE}:`, n: "temp", u: "Cel", v: 23.1 },
      { n: "label", vs: "Machine Room" },
      { n: "open", vb: false },
      { n: "nfv-reader", vd: bytes("hi \n") },
    ],
    [
      { n: `${DEVICE}:temp`, u: "Cel", t: NOW_S, v: 23.1 },
      { n: `${DEVICE}:label`, t: NOW_S, vs: "Machine Room" },
      { n: `${DEVICE}:open`, t: NOW_S, vb: false },
      { n: `${DEVICE}:nfv-reader`, t: NOW_S, vd: bytes("hi \n") },
    ],
  ],
  [
    "§5.1.6, a collection of resources",
    [
      { bn: "2001:db8::2/", bt: 1.320078429e9, n: "temperature", u: "Cel", v: 25.2 },
      { n: "humidity", u: "%RH", v: 30 },
      { bn: "2001:db8::1/", n: "temperature", u: "Cel", v: 12.3 },
      { n: "humidity", u: "%RH", v: 67 },
    ],
    [
      { n: "2001:db8::2/temperature", u: "Cel", t: 1.320078429e9, v: 25.2 },
      { n: "2001:db8::2/humidity", u: "%RH", t: 1.320078429e9, v: 30 },
      { n: "2001:db8::1/temperature", u: "Cel", t: 1.320078429e9, v: 12.3 },
      { n: "2001:db8::1/humidity", u: "%RH", t: 1.320078429e9, v: 67 },
    ],
  ],
  [
    "§5.1.7, setting an actuator",
    [{ bn: `${DEVICE}:` }, { n: "temp", u: "Cel", v: 23.1 }, { n: "heat", u: "/", v: 1 }, { n: "fan", u: "/", v: 0 }],
    [
      { n: `${DEVICE}:temp`, u: "Cel", t: NOW_S, v: 23.1 },
      { n: `${DEVICE}:heat`, u: "/", t: NOW_S, v: 1 },
      { n: `${DEVICE}:fan`, u: "/", t: NOW_S, v: 0 },
    ],
  ],
  [
    "§5.1.7, two lights, dimmed and then off",
    [
      { bt: 1.320078429e9, bu: "/", n: "2001:db8::3", v: 0.5 },
      { n: "2001:db8::4", v: 0.5 },
      { n: "2001:db8::3", t: 0.1, v: 0 },
      { n: "2001:db8::4", t: 0.1, v: 0 },
    ],
    [
      { n: "2001:db8::3", u: "/", t: 1.320078429e9, v: 0.5 },
      { n: "2001:db8::4", u: "/", t: 1.320078429e9, v: 0.5 },
      { n: "2001:db8::3", u: "/", t: 1.3200784291e9, v: 0 },
      { n: "2001:db8::4", u: "/", t: 1.3200784291e9, v: 0 },
    ],
  ],
];

/** As JSON has it: bytes are base64url. */
const onTheWire = (pack: SenmlPack) =>
  pack.map(({ vd, ...record }) =>
    vd === undefined ? record : { ...record, vd: Buffer.from(vd).toString("base64url") },
  );

describe("the examples of RFC 8428 §5.1", () => {
  it.each(EXAMPLES)("resolves %s", (_, pack, resolved) => {
    expect(readJson(onTheWire(pack))).toEqual({ ok: true, value: resolved });
    expect(cbor.decode(cbor.encode(pack, 112) as Uint8Array, 112)).toEqual({ ok: true, value: resolved });
  });

  it.each(EXAMPLES)("writes %s with its fields in the RFC's order", (_, pack) => {
    expect(json.encode(pack, 110)).toBe(JSON.stringify(onTheWire(pack)));
  });

  it("writes the very bytes of the RFC", () => {
    const pack = [{ v: 23.1, u: "Cel", n: "urn:dev:ow:10e2073a01080063" }];
    expect(json.encode(pack, 110)).toBe('[{"n":"urn:dev:ow:10e2073a01080063","u":"Cel","v":23.1}]');
    const data = [{ n: "nfv-reader", vd: bytes("hi \n") }];
    expect(json.encode(data, 110)).toBe('[{"n":"nfv-reader","vd":"aGkgCg"}]');
  });
});

describe("the dump of RFC 8428 §6", () => {
  const DUMP = Buffer.from(
    "87a721781b75726e3a6465763a6f773a3130653230373361303130383030363a" +
      "22fb41d303a15b00106223614120050067766f6c7461676501615602fb405e06" +
      "6666666666a3006763757272656e74062402fb3ff3333333333333a300676375" +
      "7272656e74062302fb3ff4cccccccccccda3006763757272656e74062202fb3f" +
      "f6666666666666a3006763757272656e74062102f93e00a3006763757272656e" +
      "74062002fb3ff999999999999aa3006763757272656e74060002fb3ffb333333" +
      "333333",
    "hex",
  );

  it("has 195 bytes, and is read as the JSON example is", () => {
    expect(DUMP.length).toBe(0xc3);
    expect(cbor.decode(DUMP, 112)).toEqual(readJson(VOLTAGE_AND_CURRENT));
  });

  it("is written byte for byte", () => {
    const pack = VOLTAGE_AND_CURRENT.map((record, index) => (index === 6 ? { ...record, t: 0 } : record));
    expect(Buffer.from(cbor.encode(pack, 112) as Uint8Array).toString("hex")).toBe(DUMP.toString("hex"));
  });

  it("takes no more bytes than Table 3 says", () => {
    expect((cbor.encode(HUMIDITY_AND_POSITION, 112) as Uint8Array).length).toBeLessThanOrEqual(254);
    expect((json.encode(HUMIDITY_AND_POSITION, 110) as string).length).toBeLessThanOrEqual(573);
  });
});
