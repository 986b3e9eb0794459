import { describe, expect, it } from "vitest";
import {
  content,
  Get,
  type InjectRequest,
  type MethodName,
  notFound,
  type OptionEntry,
  OptionNumber,
  Param,
  Put,
  type RequestContext,
  Resource,
  type ResourceVersion,
  type RouteDefinition,
  Version,
} from "../src/index.js";
import { json } from "./support/formats.js";
import { appWith, testApp } from "./support/test-app.js";

const etag = (value: string): OptionEntry => ({ number: OptionNumber.ETag, value });
const ifMatch = (value: string): OptionEntry => ({ number: OptionNumber.IfMatch, value });
const ifNoneMatch: OptionEntry = { number: OptionNumber.IfNoneMatch, value: "" };

async function ask(version: RouteDefinition["version"], options: OptionEntry[], method: MethodName = "GET") {
  let calls = 0;
  const { app } = await appWith({ method, version, handler: () => (++calls ? "value" : "") });
  const reply = await app.inject({ method, path: "/x", options });
  const tag = reply.etag === undefined ? "-" : new TextDecoder().decode(reply.etag);
  return `${reply.code} ${tag} ${reply.text || "empty"} ${calls}`;
}

describe("a route with a version", () => {
  const v1 = () => "v1";
  it.each<[string, RouteDefinition["version"], OptionEntry[], MethodName, string]>([
    ["sends its ETag", v1, [], "GET", "2.05 v1 value 1"],
    ["answers 2.03 without running to who holds it", v1, [etag("v1")], "GET", "2.03 v1 empty 0"],
    ["also among several", v1, [etag("v0"), etag("v1")], "GET", "2.03 v1 empty 0"],
    ["and 2.05 to who holds another", v1, [etag("v0")], "GET", "2.05 v1 value 1"],
    ["works for FETCH", v1, [etag("v1")], "FETCH", "2.03 v1 empty 0"],
    ["ignores ETag in what is no safe method", v1, [etag("v1")], "PUT", "2.04 - value 1"],
    ["may know its version later", async () => "v1", [etag("v1")], "GET", "2.03 v1 empty 0"],
    ["takes bytes", () => Uint8Array.of(0x76, 0x31), [etag("v1")], "GET", "2.03 v1 empty 0"],
    ["runs where If-Match matches", v1, [ifMatch("v1")], "PUT", "2.04 - value 1"],
    ["or one of several does", v1, [ifMatch("v0"), ifMatch("v1")], "PUT", "2.04 - value 1"],
    ["refuses where none does", v1, [ifMatch("v0")], "PUT", "4.12 - empty 0"],
    ["takes an empty If-Match for: it exists", v1, [ifMatch("")], "PUT", "2.04 - value 1"],
    ["refuses that where it does not", () => undefined, [ifMatch("")], "PUT", "4.12 - empty 0"],
    ["refuses If-None-Match where it exists", v1, [ifNoneMatch], "PUT", "4.12 - empty 0"],
    ["and lets it pass where it does not", () => undefined, [ifNoneMatch], "PUT", "2.04 - value 1"],
    ["true exists without an ETag: If-None-Match", () => true, [ifNoneMatch], "PUT", "4.12 - empty 0"],
    ["true: empty If-Match", () => true, [ifMatch("")], "PUT", "2.04 - value 1"],
    ["true: any other If-Match", () => true, [ifMatch("v1")], "PUT", "4.12 - empty 0"],
    ["true: ETag", () => true, [etag("v1")], "GET", "2.05 - value 1"],
    ["does not exist: ETag", () => undefined, [etag("v1")], "GET", "2.05 - value 1"],
    ["checks If-Match of a GET too", v1, [ifMatch("v0")], "GET", "4.12 - empty 0"],
    ["refuses later, too", async () => undefined, [ifMatch("")], "DELETE", "4.12 - empty 0"],
    ["is a bug where it is too long", () => "nine bytes", [], "GET", "5.00 - empty 0"],
    ["is a bug where it is no version", () => 7 as unknown as ResourceVersion, [], "GET", "5.00 - empty 0"],
    ["is a bug where it fails", () => Promise.reject(new Error("db")), [ifMatch("")], "PUT", "5.00 - empty 0"],
  ])("%s", async (_, version, options, method, expected) => {
    expect(await ask(version, options, method)).toBe(expected);
  });

  it("may be anything that can be waited for, such as a query of a database library", async () => {
    // biome-ignore lint/suspicious/noThenProperty: a thenable that is no Promise is what is tested
    const query = { then: (next: (value: string) => void) => next("v1") } as unknown as Promise<string>;
    expect(await ask(() => query, [etag("v1")])).toBe("2.03 v1 empty 0");
  });

  it("gets the request with validated parameters", async () => {
    const seen: unknown[] = [];
    const { app } = await appWith({
      path: "/:id",
      version: (ctx) => void seen.push(ctx.params.id),
      handler: () => "x",
    });
    await app.inject({ method: "GET", path: "/7" });
    expect(seen).toEqual(["7"]);
  });
});

describe("a route without a version", () => {
  it.each([[ifMatch("v1")], [ifMatch("")], [ifNoneMatch]])(
    "refuses conditions that it cannot check: %o",
    async (option) => {
      expect(await ask(undefined, [option], "PUT")).toBe(
        "4.12 - This resource declares no version, so If-Match and If-None-Match cannot be checked. 0",
      );
    },
  );

  it("serves ETag requests by a reply's own ETag, with the reply's Max-Age in the 2.03", async () => {
    const { app } = await appWith({ handler: () => content("value", { etag: "own", maxAgeS: 5 }) });
    const get = (...options: OptionEntry[]) => app.inject({ method: "GET", path: "/x", options });
    expect(await get()).toMatchObject({ code: "2.05", text: "value", maxAgeS: 5 });
    const valid = await get(etag("own"));
    expect(valid).toMatchObject({ code: "2.03", text: "", contentFormat: undefined, maxAgeS: 5 });
    expect(valid.etag).toEqual(new TextEncoder().encode("own"));
  });

  it("does the same where the reply names its format", async () => {
    const { app } = await appWith(
      { handler: () => content([1], { etag: "own", contentFormat: 50 }) },
      { plugins: [json()] },
    );
    expect((await app.inject({ method: "GET", path: "/x", options: [etag("own")] })).code).toBe("2.03");
  });
});

describe("@Version", () => {
  @Resource("docs")
  @Version(function (this: Docs, ctx: RequestContext) {
    return this.versions.get(ctx.params.id as string);
  })
  class Docs {
    readonly versions = new Map([["a", "1"]]);
    @Get(":id") read(@Param("id") id: string) {
      return this.versions.get(id) ?? notFound();
    }
    @Put(":id") write(@Param("id") id: string) {
      this.versions.set(id, "2");
    }
    @Get() @Version(() => "list") list() {
      return "list";
    }
  }

  it("is bound to the resource; a method's own beats its class's", async () => {
    const { app } = await testApp({ resources: [Docs] });
    const ask = async (request: Omit<InjectRequest, "options">, ...options: OptionEntry[]) =>
      (await app.inject({ ...request, options })).code;
    expect(await ask({ method: "GET", path: "/docs/a" }, etag("1"))).toBe("2.03");
    expect(await ask({ method: "PUT", path: "/docs/a" }, ifMatch("0"))).toBe("4.12");
    expect(await ask({ method: "PUT", path: "/docs/a" }, ifMatch("1"))).toBe("2.04");
    expect(await ask({ method: "GET", path: "/docs/a" }, etag("1"))).toBe("2.05");
    expect(await ask({ method: "PUT", path: "/docs/b" }, ifMatch(""))).toBe("4.12");
    expect(await ask({ method: "PUT", path: "/docs/b" }, ifNoneMatch)).toBe("2.04");
    expect(await ask({ method: "GET", path: "/docs" }, etag("list"))).toBe("2.03");
    expect(await ask({ method: "GET", path: "/docs/none" })).toBe("4.04");
  });
});
