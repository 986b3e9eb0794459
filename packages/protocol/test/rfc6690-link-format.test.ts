import { describe, expect, it } from "vitest";
import { filterLinks, formatLinks, type Link, parseLinkFormat } from "../src/index.js";

const SENSORS =
  '</sensors>;ct=40;title="Sensor Index",' +
  '</sensors/temp>;rt="temperature-c";if="sensor",' +
  '</sensors/light>;rt="light-lux";if="sensor",' +
  '<http://www.example.com/sensors/t123>;anchor="/sensors/temp";rel="describedby",' +
  '</t>;anchor="/sensors/temp";rel="alternate"';

function parsed(text: string): Link[] {
  const result = parseLinkFormat(text);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

describe("RFC 6690 §5 examples", () => {
  it.each([
    SENSORS,
    "</sensors>;ct=40",
    '</sensors/temp>;if="sensor",</sensors/light>;if="sensor"',
    '</sensors/light>;rt="light-lux core.sen-light";if="sensor"',
    '</firmware/v2.1>;rt="firmware";sz=262144',
  ])("%.40s is read and written unchanged", (text) => {
    expect(formatLinks(parsed(text))).toBe(text);
  });

  it("gives attributes by name", () => {
    expect(parsed(SENSORS).map(({ target, attributes }) => [target, { ...attributes }])).toEqual([
      ["/sensors", { ct: "40", title: "Sensor Index" }],
      ["/sensors/temp", { rt: "temperature-c", if: "sensor" }],
      ["/sensors/light", { rt: "light-lux", if: "sensor" }],
      ["http://www.example.com/sensors/t123", { anchor: "/sensors/temp", rel: "describedby" }],
      ["/t", { anchor: "/sensors/temp", rel: "alternate" }],
    ]);
  });
});

describe("RFC 6690 §4.1 filtering", () => {
  it.each([
    ["rt=light-lux", '</sensors/light>;rt="light-lux";if="sensor"'],
    ["anchor=/sensors/temp", SENSORS.slice(SENSORS.indexOf("<http"))],
    ["href=/sensors/*", SENSORS.slice(SENSORS.indexOf("</sensors/temp"), SENSORS.indexOf(",<http"))],
    ["rt=none", ""],
  ])("%s", (query, expected) => {
    expect(formatLinks(filterLinks(parsed(SENSORS), [query]))).toBe(expected);
  });
});

describe("RFC 7252 §7.2.1 ct attribute", () => {
  it("is bare for one content format and quoted for several", () => {
    const text = '</a>;ct=41,</b>;ct="0 41 50"';
    expect(formatLinks(parsed(text))).toBe(text);
    expect(filterLinks(parsed(text), ["ct=41"])).toHaveLength(2);
  });
});
