import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCoapkitError } from "../errors/coapkit-error.js";
import { filterLinks } from "./filter-links.js";
import { formatLinks } from "./format-links.js";
import type { Link } from "./link.js";
import { parseLinkFormat } from "./parse-link-format.js";

function parsed(text: string): Link[] {
  const result = parseLinkFormat(text);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

/** Attributes of a document of one link, with a prototype so that `toEqual` compares keys and values alone. */
const attributesOf = (text: string) => ({ ...parsed(text)[0]?.attributes });

describe("parseLinkFormat", () => {
  it("reads values with and without quotes, flags, and words as they are on the wire", () => {
    expect(attributesOf('</a>;ct="0 41 50";sz=8;obs;title="x"')).toEqual({
      ct: "0 41 50",
      sz: "8",
      obs: true,
      title: "x",
    });
  });

  it("reads separators and escapes inside of quotes as text", () => {
    expect(attributesOf('</a>;title="a,b;c=<d>\\"\\\\";obs')).toEqual({ title: 'a,b;c=<d>"\\', obs: true });
  });

  it("keeps the first value of what may occur once, and all values of what may be repeated", () => {
    expect(attributesOf("</a>;rt=one;rt=two;x=1;x=2;x=3;y;y;obs;obs")).toEqual({
      rt: "one",
      x: ["1", "2", "3"],
      y: ["", ""],
      obs: true,
    });
  });

  it("tolerates blanks and line ends around separators", () => {
    expect(parsed("</a>;\r\n  rt = x ,\n</b> ; obs ")).toHaveLength(2);
  });

  it("takes any name for a mere key", () => {
    const [link] = parsed("</a>;__proto__=x;constructor=y;hasOwnProperty");
    expect(Object.keys(link?.attributes ?? {})).toEqual(["__proto__", "constructor", "hasOwnProperty"]);
    expect(Object.getPrototypeOf(link?.attributes)).toBeNull();
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it.each([
    "/a",
    "<a",
    "a>",
    "<a<b>",
    "</a>,",
    ",</a>",
    "</a>,,</b>",
    "</a>x",
    "</a>;",
    "</a>;=1",
    "</a>;x=",
    '</a>;x="y',
    '</a>;x="y\\"',
    " ",
    "</a></b>",
  ])("refuses %j", (text) => expect(parseLinkFormat(text).ok).toBe(false));

  it("says where it stopped", () => {
    expect(parseLinkFormat("</a>;x=,")).toEqual({
      ok: false,
      reason: "Expected an attribute value at offset 7 of the link document.",
    });
  });

  it("never throws on arbitrary text", () => {
    const token = fc.constantFrom("<", ">", ";", ",", "=", '"', "\\", " ", "\n", "rt", "a*", "*", "é", "\u0000");
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(token).map((parts) => parts.join("")),
        ),
        (text) => {
          expect(parseLinkFormat(text)).toHaveProperty("ok");
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["an endless target", "<", "a"],
    ["an endless name", "</a>;", "a"],
    ["an endless value", "</a>;a=", "a"],
    ["endless quotes", '</a>;a="', "\\\\"],
    ["endless blanks", "</a>", " "],
    ["endless flags", "</a>", ";a"],
    ["endless links", "</a>", ",<>"],
    ["endless stars", "</a>;a", "*"],
  ])(
    "reads %s in linear time",
    (_, start, repeated) => {
      const result = parseLinkFormat(start + repeated.repeat(1_000_000));
      expect(result).toHaveProperty("ok");
    },
    10_000,
  );
});

describe("formatLinks", () => {
  it("quotes texts and lists, and leaves numbers bare", () => {
    const attributes = {
      rt: ["a", "b"],
      if: "sensor",
      ct: ["0", "41"],
      sz: "12",
      x: 7,
      title: 'say "hi" \\',
      obs: true,
    };
    expect(formatLinks([{ target: "/a", attributes: attributes as Link["attributes"] }])).toBe(
      '</a>;rt="a b";if="sensor";ct="0 41";sz=12;x=7;title="say \\"hi\\" \\\\";obs',
    );
  });

  it("leaves a single content format bare, whether number, text or list", () => {
    for (const ct of [40, "40", ["40"]]) expect(formatLinks([{ target: "/a", attributes: { ct } }])).toBe("</a>;ct=40");
  });

  it("repeats an attribute that is not a list of words, and leaves out an empty list", () => {
    expect(formatLinks([{ target: "/a", attributes: { x: ["1", "2"], rt: [], y: [] } }])).toBe('</a>;x="1";x="2"');
  });

  it("leaves extended values bare", () => {
    expect(formatLinks([{ target: "/a", attributes: { "title*": "UTF-8'de'gr%c3%bc" } }])).toBe(
      "</a>;title*=UTF-8'de'gr%c3%bc",
    );
  });

  it("percent-encodes in targets what would end them", () => {
    expect(formatLinks([{ target: "/a>,</b ü", attributes: {} }])).toBe("</a%3E,%3C/b%20%C3%BC>");
    expect(formatLinks([{ target: "coap://[::1]/a?b=%20", attributes: {} }])).toBe("<coap://[::1]/a?b=%20>");
  });

  it.each(["", "a b", 'a"', "a;b", "ü", "a**"])("refuses the name %j", (name) => {
    const act = () => formatLinks([{ target: "/", attributes: { [name]: "x" } }]);
    expect(act).toThrow(expect.toSatisfy((error) => isCoapkitError(error, "COAPKIT_ERR_LINK_FORMAT")));
  });

  it("is read back as it was written", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/).map((text) => `x-${text}`);
    const value = fc.oneof(fc.constant<true>(true), fc.string(), fc.array(fc.string(), { minLength: 2, maxLength: 4 }));
    const link = fc.record({
      target: fc.stringMatching(/^\/[a-z0-9/._~%-]{0,20}$/),
      attributes: fc.dictionary(name, value),
    });
    fc.assert(
      fc.property(fc.array(link, { maxLength: 5 }), (links) => {
        const read = parsed(formatLinks(links)).map(({ target, attributes }) => ({
          target,
          attributes: { ...attributes },
        }));
        expect(read).toEqual(links.map(({ target, attributes }) => ({ target, attributes: { ...attributes } })));
      }),
    );
  });
});

describe("filterLinks", () => {
  const links = parsed(
    '</a>;rt="temp lux";ct="0 50";obs,</b>;rt=lux-meter;if=sensor;title="two words",</a/c>;ct=5;x=1;x=2;foo=bar',
  );
  const targets = (...query: string[]) => filterLinks(links, query).map(({ target }) => target);

  it.each([
    [["rt=lux"], ["/a"]],
    [["rt=lux*"], ["/a", "/b"]],
    [["rt=temp lux"], []],
    [["rt=*"], ["/a", "/b"]],
    [["ct=50"], ["/a"]],
    [["ct=5"], ["/a/c"]],
    [["href=/a"], ["/a"]],
    [["href=/a*"], ["/a", "/a/c"]],
    [["title=two words"], ["/b"]],
    [["title=words"], []],
    [["x=2"], ["/a/c"]],
    [["foo=b*"], ["/a/c"]],
    [["foo=b"], []],
    [["obs"], ["/a"]],
    [["obs=*"], []],
    [["constructor=*"], []],
    [["toString"], []],
    [["rt=lux*", "if=sensor"], ["/b"]],
    [[], ["/a", "/b", "/a/c"]],
  ])("%j finds %j", (query, found) => {
    expect(targets(...query)).toEqual(found);
  });

  it("compares numbers by their digits, as written by an application", () => {
    expect(filterLinks([{ target: "/n", attributes: { ct: 40, rt: ["a", "b"] } }], ["ct=40", "rt=b"])).toHaveLength(1);
  });
});
