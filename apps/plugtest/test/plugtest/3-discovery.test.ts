import { type Link, parseLinkFormat } from "@coapkit/protocol";
import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const plugtest = fixture("plugtest");

async function discover(...query: string[]): Promise<readonly Link[]> {
  const { text, ct, code } = await plugtest.client.fetch("/.well-known/core", { query, size: 512 });
  expect([code, ct]).toEqual(["2.05", 40]);
  const links = parseLinkFormat(text);
  if (!links.ok) throw new Error(links.reason);
  return links.value;
}

const paths = (links: readonly Link[]) => links.map(({ target }) => target).toSorted();

it("is longer than a block", async () => {
  expect(await plugtest.client.request("GET", "/.well-known/core")).toMatchObject({ ct: 40, block2: "0/1/1024" });
});

it.each<[string, object]>([
  ["/test", { ct: "0" }],
  ["/validate", { ct: "0" }],
  ["/seg1", { ct: "0" }],
  ["/seg1/seg2", { ct: "0" }],
  ["/seg1/seg2/seg3", { ct: "0" }],
  ["/query", { ct: "0" }],
  ["/location-query", { ct: undefined }],
  ["/separate", { ct: "0" }],
  ["/large", { rt: "block", ct: "0", sz: "1280" }],
  ["/large-update", { rt: "block", ct: "0", sz: "1280" }],
  ["/large-create", { rt: "block", ct: "40" }],
  ["/large-post", { rt: "block", ct: "0" }],
  ["/obs", { rt: "observe", ct: "0", obs: true }],
  ["/obs-non", { rt: "observe", ct: "0", obs: true }],
  ["/obs-large", { rt: "observe", ct: "0", obs: true }],
  ["/obs-pumping", { rt: "observe", ct: "0", obs: true }],
  ["/obs-pumping-non", { rt: "observe", ct: "0", obs: true }],
  ["/multi-format", { ct: "0 41 50 60" }],
  ["/link1", { rt: "Type1 Type2", if: "If1" }],
  ["/link2", { rt: "Type2 Type3", if: "If2" }],
  ["/link3", { rt: "Type1 Type3", if: "foo" }],
  ["/path", { ct: "40" }],
  ["/path/sub1", { ct: "0" }],
  ["/path/sub2", { ct: "0" }],
  ["/path/sub3", { ct: "0" }],
  ["/utf8/gr%C3%BC%C3%9Fe", { ct: "0" }],
  ["/etch", { ct: "50" }],
])("lists %s", async (target, attributes) => {
  const links = (await discover()).filter((link) => link.target === target);
  expect(links).toHaveLength(1);
  expect(links[0]?.attributes).toMatchObject({ title: expect.any(String) });
  for (const [name, value] of Object.entries(attributes)) expect(links[0]?.attributes[name], name).toEqual(value);
  if (!("obs" in attributes)) expect(links[0]?.attributes.obs).toBeUndefined();
});

it("lists nothing else", async () => {
  expect(await discover()).toHaveLength(27);
});

it.each<[string, string[]]>([
  ["rt=block", ["/large", "/large-create", "/large-post", "/large-update"]],
  ["rt=Type1", ["/link1", "/link3"]],
  ["rt=Type2", ["/link1", "/link2"]],
  ["rt=Type*", ["/link1", "/link2", "/link3"]],
  ["rt=Type1 Type2", []],
  ["if=If*", ["/link1", "/link2"]],
  ["if=foo", ["/link3"]],
  ["if=*", ["/link1", "/link2", "/link3"]],
  ["sz=1280", ["/large", "/large-update"]],
  ["sz=*", ["/large", "/large-update"]],
  ["ct=41", ["/multi-format"]],
  ["ct=40", ["/large-create", "/path"]],
  ["href=/link1", ["/link1"]],
  ["href=/link*", ["/link1", "/link2", "/link3"]],
  ["href=/path/*", ["/path/sub1", "/path/sub2", "/path/sub3"]],
  ["title=Link test resource", ["/link1", "/link2", "/link3"]],
  ["obs=*", []],
  ["rt=nothing", []],
  ["foo=bar", []],
])("filters by %s", async (query, targets) => {
  expect(paths(await discover(query))).toEqual(targets);
});

it("an empty outcome has no payload", async () => {
  const reply = await plugtest.client.request("GET", "/.well-known/core", { query: ["rt=nothing"] });
  expect(reply).toMatchObject({ code: "2.05", text: "" });
  expect(reply.bytes.includes(0xff)).toBe(false);
});

it("lists what is there at the moment, in its format of the moment", async () => {
  const { client } = plugtest;
  await client.request("PUT", "/create1", { ct: 41, payload: "<x/>" });
  await client.request("PUT", "/validate", { ct: 60, payload: "\x00" });
  await client.request("PUT", "/large-update", { ct: 41, payload: "<x/>" });
  const links = new Map((await discover()).map(({ target, attributes }) => [target, attributes]));
  expect(links.get("/create1")?.ct).toBe("41");
  expect(links.get("/validate")?.ct).toBe("60");
  expect(links.get("/large-update")).toMatchObject({ ct: "41", sz: "4" });
  await client.request("DELETE", "/create1");
  expect(paths(await discover())).not.toContain("/create1");
});

it("honours Accept", async () => {
  expect(await plugtest.client.request("GET", "/.well-known/core", { accept: 40 })).toMatchObject({ code: "2.05" });
  expect(await plugtest.client.request("GET", "/.well-known/core", { accept: 50 })).toMatchObject({ code: "4.06" });
});
