// Tables: the units of RFC 8428 §12.1 and RFC 8798 §2 and §3.

const PRIMARY: ReadonlySet<string> = new Set(
  [
    "m kg g s A K cd mol Hz rad sr N Pa J W C V F Ohm S Wb T H Cel lm lx Bq Gy Sv kat m2 m3 l m/s m/s2 m3/s l/s W/m2",
    "cd/m2 bit bit/s lat lon pH dB dBW Bspl count / % %RH %EL EL 1/s 1/min beat/min beats S/m",
    "B VA VAs var vars J/m kg/m3 deg",
  ].flatMap((line) => line.split(" ")),
);

/** How a secondary unit becomes a primary one: value × scale + offset. RFC 8798 §3. */
export interface UnitConversion {
  readonly unit: string;
  readonly scale: number;
  readonly offset: number;
}

const to = (unit: string, scale: number, offset = 0): UnitConversion => Object.freeze({ unit, scale, offset });

const SECONDARY: ReadonlyMap<string, UnitConversion> = new Map([
  ["ms", to("s", 1 / 1000)],
  ["min", to("s", 60)],
  ["h", to("s", 3600)],
  ["MHz", to("Hz", 1e6)],
  ["kW", to("W", 1000)],
  ["kVA", to("VA", 1000)],
  ["kvar", to("var", 1000)],
  ["Ah", to("C", 3600)],
  ["Wh", to("J", 3600)],
  ["kWh", to("J", 3_600_000)],
  ["varh", to("vars", 3600)],
  ["kvarh", to("vars", 3_600_000)],
  ["kVAh", to("VAs", 3_600_000)],
  ["Wh/km", to("J/m", 3.6)],
  ["KiB", to("B", 1024)],
  ["GB", to("B", 1e9)],
  ["Mbit/s", to("bit/s", 1e6)],
  ["B/s", to("bit/s", 8)],
  ["MB/s", to("bit/s", 8e6)],
  ["mV", to("V", 1 / 1000)],
  ["mA", to("A", 1 / 1000)],
  ["dBm", to("dBW", 1, -30)],
  ["ug/m3", to("kg/m3", 1e-9)],
  ["mm/h", to("m/s", 1 / 3_600_000)],
  ["m/h", to("m/s", 1 / 3600)],
  ["ppm", to("/", 1e-6)],
  ["/100", to("/", 1 / 100)],
  ["/1000", to("/", 1 / 1000)],
  ["hPa", to("Pa", 100)],
  ["mm", to("m", 1 / 1000)],
  ["cm", to("m", 1 / 100)],
  ["km", to("m", 1000)],
  ["km/h", to("m/s", 1 / 3.6)],
]);

/** Whether a unit may stand in a pack of version 10: one of RFC 8428 §12.1 or RFC 8798 §2. Case matters. */
export function isPrimaryUnit(unit: string): boolean {
  return PRIMARY.has(unit);
}

/** What a secondary unit of RFC 8798 §3, such as `kWh`, is in a primary one; `undefined` for every other unit. */
export function secondaryUnit(unit: string): UnitConversion | undefined {
  return SECONDARY.get(unit);
}
