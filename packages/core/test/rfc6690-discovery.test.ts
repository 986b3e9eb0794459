import { describe, expect, it } from "vitest";
import { Get, type Link, Links, Post, Put, Resource, type RouteDefinition } from "../src/index.js";
import { json } from "./support/formats.js";
import { failure, plugin, testApp } from "./support/test-app.js";

const CORE = { method: "GET", path: "/.well-known/core" } as const;
const handler = () => "x";

async function links(routes: Partial<RouteDefinition>[], query = "", more?: Parameters<typeof testApp>[0]) {
  const { app } = await testApp({ plugins: [json()], ...more });
  for (const route of routes) app.route({ method: "GET", handler, ...route } as RouteDefinition);
  const reply = await app.inject({ method: "GET", path: `${CORE.path}${query}` });
  return reply.text;
}

describe("/.well-known/core", () => {
  const house: Partial<RouteDefinition>[] = [
    { path: "/temp", rt: "temperature indoor", if: "sensor", produces: ["application/json", 60], title: 'A, "b"' },
    { path: "/light", rt: "light", if: "actuator", sz: 30, attributes: { obs: true, d: "lamp1" } },
    { path: "/door", produces: [0] },
  ];

  it("lists every path without parameters with its attributes", async () => {
    expect(await links(house)).toBe(
      '</temp>;rt="temperature indoor";if="sensor";title="A, \\"b\\"";ct="50 60",' +
        '</light>;rt="light";if="actuator";sz=30;obs;d="lamp1",</door>;ct=0',
    );
  });

  it.each([
    ["rt=light", ["/light"]],
    ["rt=indoor", ["/temp"]],
    ["rt=temp*", ["/temp"]],
    ["rt=temp", []],
    ["if=*", ["/temp", "/light"]],
    ["ct=60", ["/temp"]],
    ["ct=0", ["/door"]],
    ["href=/d*", ["/door"]],
    ["href=/door", ["/door"]],
    ["href=*", ["/temp", "/light", "/door"]],
    ["d=lamp*", ["/light"]],
    ["obs", ["/light"]],
    ["sz=30", ["/light"]],
    ["none=1", []],
    ["rt=light&if=actuator", ["/light"]],
    ["rt=light&if=sensor", []],
  ])("?%s gives %j", async (query, expected) => {
    const text = await links(house, `?${query}`);
    expect([...text.matchAll(/<([^>]*)>/g)].map(([, target]) => target)).toEqual(expected);
  });

  it("leaves out parameters, what is not discoverable, and itself", async () => {
    expect(await links([{ path: "/a/:id" }, { path: "/f/*rest" }, { path: "/hidden", discoverable: false }])).toBe("");
  });

  it("gives one link for the methods of a path, with the attributes of all", async () => {
    @Resource("lamp", { rt: "lamp", title: "Lamp" })
    class Lamp {
      @Get({ produces: ["text/plain"] }) read() {
        return "on";
      }
      @Put({ attributes: { switch: true } }) write() {}
      @Post("blink") blink() {}
    }
    expect(await links([], "", { resources: [Lamp] })).toBe('</lamp>;rt="lamp";title="Lamp";ct=0;switch,</lamp/blink>');
  });

  it("encodes targets as a URI needs them, and the root", async () => {
    expect(await links([{ path: "/" }, { path: "/a b/ä" }, { path: "/100%/>" }])).toBe(
      "</>,</a%20b/%C3%A4>,</100%25/%3E>",
    );
  });

  it("asks @Links() methods and providers anew each time, and takes fixed links", async () => {
    @Resource("rooms")
    class Rooms {
      readonly ids = ["1"];
      @Get(":id") read() {
        this.ids.push("2");
        return "x";
      }
      @Links() *rooms(): Iterable<Link> {
        for (const id of this.ids) yield { target: `/rooms/${id}`, attributes: { rt: "room" } };
      }
    }
    const fixed = plugin("fixed", (host) => host.links.add([{ target: "coap://other/x", attributes: {} }]));
    const { app } = await testApp({ resources: [Rooms], plugins: [fixed] });
    app.links(() => [{ target: "/lazy", attributes: { ct: 0 } }]);
    expect((await app.inject(CORE)).text).toBe('<coap://other/x>,</rooms/1>;rt="room",</lazy>;ct=0');
    await app.inject({ method: "GET", path: "/rooms/1" });
    expect((await app.inject({ ...CORE, query: { rt: "room" } })).text).toBe(
      '</rooms/1>;rt="room",</rooms/2>;rt="room"',
    );
  });

  it("a class may have nothing but links", async () => {
    @Resource("only")
    class Only {
      @Links() links(): Link[] {
        return [{ target: "/elsewhere", attributes: {} }];
      }
    }
    expect(await links([], "", { resources: [Only] })).toBe("</elsewhere>");
  });

  it("is link-format and nothing else, GET and nothing else", async () => {
    const { app } = await testApp({ plugins: [json()] });
    expect(await app.inject(CORE)).toMatchObject({ code: "2.05", contentFormat: 40, text: "" });
    expect(await app.inject({ ...CORE, accept: 40 })).toMatchObject({ code: "2.05", contentFormat: 40 });
    expect((await app.inject({ ...CORE, accept: 50 })).code).toBe("4.06");
    expect((await app.inject({ ...CORE, method: "POST" })).code).toBe("4.05");
  });

  it("goes away with discovery: false, and can then be answered by a route", async () => {
    const { app } = await testApp({ discovery: false });
    app.route({ method: "GET", path: "/.well-known/core", handler: () => "mine" });
    expect((await app.inject(CORE)).text).toBe("mine");
    const without = await testApp({ discovery: false });
    expect((await without.app.inject(CORE)).code).toBe("4.04");
  });

  it("is 5.00 when a provider fails, and the app goes on", async () => {
    const { app, log } = await testApp();
    app.links(() => {
      throw new Error("db");
    });
    expect((await app.inject(CORE)).code).toBe("5.00");
    expect(log.errors).toHaveLength(1);
  });

  it("names an unknown media type in produces at boot, though nobody has asked yet", async () => {
    const { app } = await testApp();
    app.route({ method: "GET", path: "/x", produces: ["x/y"], handler });
    expect((await failure(() => app.ready())).code).toBe("COAPKIT_ERR_OPTIONS_INVALID");
  });

  it("shows the links that all filters of plugins show to whoever asks, given the routes of their paths", async () => {
    const filtering = plugin("acme", (host) =>
      host.links.filter(
        ({ peer }, { target }, routes) =>
          routes.every(({ method }) => method === "GET") || (peer.address === "::1" && target !== "/both"),
      ),
    );
    const { app } = await testApp({ plugins: [filtering] });
    const paths = [
      ["GET", "/read"],
      ["PUT", "/write"],
      ["GET", "/both"],
      ["PUT", "/both"],
      ["PUT", "/of/:id"],
    ] as const;
    for (const [method, path] of paths) app.route({ method, path, handler });
    app.links([
      { target: "/of/7", attributes: {} },
      { target: "coap://other.example/of/7", attributes: {} },
    ]);
    expect((await app.inject(CORE)).text).toBe("</read>,<coap://other.example/of/7>");
    expect((await app.inject({ ...CORE, peer: { address: "::1" } })).text).toBe(
      "</read>,</write>,</of/7>,<coap://other.example/of/7>",
    );
  });
});
