import assert from "node:assert/strict";
import {
  type App,
  createApp,
  defineOptions,
  IPatch,
  integer,
  Patch,
  Payload,
  Resource,
  text,
  unprocessable,
} from "@coapkit/core";
import { describeFormatContract } from "@coapkit/testing";
import { afterEach, describe, expect, it } from "vitest";
import { JsonPatch, json, jsonPatchFormat, MergePatch, mergePatchFormat } from "../src/index.js";

const JSON_PATCH = 51;
const MERGE_PATCH = 52;
const Lamp = defineOptions({ name: text({ default: "lamp" }), level: integer({ default: 0, max: 100 }) });

describe("an app with json({ patches: true })", () => {
  let app: App;
  let lamp: { readonly name: string; readonly level: number } | undefined;
  afterEach(() => app.close());

  @Resource("lamp")
  class LampResource {
    @IPatch({ consumes: [MERGE_PATCH] }) merge(@Payload() patch: MergePatch) {
      lamp = patch.apply(lamp, Lamp);
    }
    @Patch({ consumes: [JSON_PATCH, MERGE_PATCH] }) patch(@Payload() patch: JsonPatch | MergePatch) {
      lamp = patch.apply(lamp, Lamp);
    }
  }

  const boot = async (options: Parameters<typeof json>[0] = { patches: true }) => {
    lamp = { name: "desk", level: 5 };
    app = await createApp({ resources: [LampResource], plugins: [json(options)] });
    app.route({ method: "GET", path: "lamp", handler: () => lamp });
  };
  const send = async (payload: unknown, contentFormat: number, method: "PATCH" | "IPATCH" = "PATCH") => {
    const body = typeof payload === "string" ? payload : JSON.stringify(payload);
    const reply = await app.inject({ method, path: "/lamp", payload: body, contentFormat });
    return reply.text === "" ? reply.code : `${reply.code} ${reply.text}`;
  };

  it("patches a document in one line of a handler", async () => {
    await boot();
    expect(await send({ level: 7 }, MERGE_PATCH, "IPATCH")).toBe("2.04");
    expect(lamp).toEqual({ name: "desk", level: 7 });
    expect(await send([{ op: "replace", path: "/level", value: 9 }], JSON_PATCH)).toBe("2.04");
    expect(await send({ name: null }, MERGE_PATCH)).toBe("2.04");
    expect(lamp).toEqual({ name: "lamp", level: 9 });
  });

  it("is sent patches as plain values by its client", async () => {
    await boot();
    const { address, port } = await app.listen("coap://127.0.0.1:0");
    const uri = `coap://${address}:${port}/lamp`;
    await app.client.ipatch(uri, { level: 7 }, { contentFormat: MERGE_PATCH });
    await app.client.patch(uri, [{ op: "replace", path: "/name", value: "wall" }], { contentFormat: JSON_PATCH });
    expect(lamp).toEqual({ name: "wall", level: 7 });
    await expect(app.client.patch(uri, { op: "test" }, { contentFormat: JSON_PATCH })).rejects.toThrow(/json-patch/);
  });

  it.each<[string, unknown, number, string]>([
    ["malformed JSON", "[", JSON_PATCH, "4.00 malformed JSON: unexpected end at byte 1"],
    ["a malformed patch", { op: "add" }, JSON_PATCH, "4.00 a JSON Patch is an array of operations"],
    ["pollution", '{"__proto__":{"level":1}}', MERGE_PATCH, "4.00 forbidden key __proto__"],
    ["a bomb", "[".repeat(100_000), JSON_PATCH, "4.00 JSON nested deeper than 64 levels"],
    ["a location that does not exist", [{ op: "remove", path: "/color" }], JSON_PATCH, "4.09 There is no /color."],
    [
      "an invalid outcome",
      { level: 101 },
      MERGE_PATCH,
      "4.09 The patched document is invalid: level: found 101; allowed: a whole number from 0 to 100",
    ],
    [
      "a failed test",
      [{ op: "test", path: "/level", value: 6 }],
      JSON_PATCH,
      "4.22 Test failed: /level has another value.",
    ],
    [
      "a full representation",
      { level: 1 },
      50,
      "4.15 Content formats to send here: 51 (application/json-patch+json), 52 (application/merge-patch+json).",
    ],
  ])("answers %s, and leaves the document alone", async (_, payload, contentFormat, answer) => {
    await boot();
    expect(await send(payload, contentFormat)).toBe(answer);
    expect(lamp).toEqual({ name: "desk", level: 5 });
  });

  it("answers a patch of nothing with 4.04, and limits with 4.13", async () => {
    await boot({ patches: true, maxPatchOperations: 1, maxPatchSize: 10 });
    expect(await send([{ op: "add", path: "/a", value: "x".repeat(10) }], JSON_PATCH)).toMatch(/^4\.13 /);
    expect(await send(new Array(2).fill({ op: "remove", path: "/a" }), JSON_PATCH)).toMatch(/^4\.13 /);
    lamp = undefined;
    expect(await send({ level: 7 }, MERGE_PATCH)).toBe("4.04 There is nothing to patch.");
  });

  it("takes JSON Patch with iPATCH only where the route says so (RFC 8132 §3.1)", async () => {
    await boot();
    expect(await send([], JSON_PATCH, "IPATCH")).toMatch(/^4\.15 /);
  });

  it("never offers a patch as a representation", async () => {
    await boot();
    const reply = await app.inject({ method: "GET", path: "/lamp", accept: MERGE_PATCH });
    expect(reply.code).toBe("4.06");
    expect(reply.text).not.toMatch(/patch/);
  });

  it("sends patches where a route produces them", async () => {
    await boot();
    const patch = new MergePatch({ level: 3 });
    app.route({ method: "GET", path: "last", produces: [MERGE_PATCH], handler: () => patch });
    const { contentFormat, text: body } = await app.inject({ method: "GET", path: "/last" });
    expect([contentFormat, body]).toEqual([MERGE_PATCH, '{"level":3}']);
  });

  it("leaves 51 and 52 plain JSON without the option", async () => {
    await boot({});
    app.route({
      method: "PATCH",
      path: "plain",
      consumes: [MERGE_PATCH],
      payload: true,
      handler: ({ payload }) => (payload instanceof MergePatch ? unprocessable() : payload),
    });
    const reply = await app.inject({ method: "PATCH", path: "/plain", payload: '{"a":1}', contentFormat: MERGE_PATCH });
    expect([reply.code, reply.text]).toEqual(["2.04", '{"a":1}']);
  });
});

const options = { maxDepth: 64, forbiddenKeys: "refuse", maxPatchOperations: 10, maxPatchSize: 100 } as const;
const operations = [
  { op: "test", path: "/a~1b", value: { c: [1, null] } },
  { op: "move", from: "/a", path: "/-" },
];
const patch = JsonPatch.read(operations, options);
assert.ok(patch.ok);
const assertSame = (decoded: unknown, sample: unknown) =>
  assert.deepEqual(JSON.parse(JSON.stringify(decoded)), JSON.parse(JSON.stringify(sample)));
const runner = { describe, it };

describeFormatContract(runner, jsonPatchFormat(options), {
  samples: [patch.value],
  malformed: ["", "{}", "[1]", "[{}]", '[{"op":"add","path":"/a"}]', '[{"op":"remove","path":"/__proto__"}]'],
  assertSame,
});
describeFormatContract(runner, mergePatchFormat(options), {
  samples: [new MergePatch({ a: null, b: { c: [1] } }), new MergePatch(null)],
  malformed: ["", "{", '{"__proto__":{}}', "[".repeat(65)],
  assertSame,
});
