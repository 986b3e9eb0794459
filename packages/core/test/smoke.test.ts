import { expect, test } from "vitest";
import { createApp, Get, Injectable, Param, Resource, notFound } from "../src/index.js";

@Injectable()
class Store {
  get(id: string) {
    return id === "1" ? "one" : undefined;
  }
}

@Resource("sensors", { rt: "sensor" })
class Sensors {
  constructor(private readonly store: Store) {}
  @Get() list() {
    return "list";
  }
  @Get(":id") read(@Param("id") id: string) {
    return this.store.get(id) ?? notFound("none");
  }
}

test("smoke", async () => {
  const app = await createApp({ resources: [Sensors] });
  const r = await app.inject({ method: "GET", path: "/sensors/1" });
  expect([r.code, r.text, r.contentFormat]).toEqual(["2.05", "one", 0]);
  expect((await app.inject({ method: "GET", path: "/sensors/2" })).text).toBe("none");
  expect((await app.inject({ method: "GET", path: "/.well-known/core" })).text).toBe("</sensors>;rt=\"sensor\"");
  await app.close();
});
