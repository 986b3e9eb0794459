import { type App, OptionNumber } from "@coapkit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDemoApp } from "../src/app.js";

/** What an operator shows. */
const TOKEN = { number: 65_003, value: Buffer.from("coapkit-demo-token") };
const ATTIC = { id: "attic", name: "Attic", floor: 2 };

describe("rooms", () => {
  let app: App;
  beforeEach(async () => {
    app = await createDemoApp({ logging: { level: "silent" } });
  });
  afterEach(() => app.close());

  const read = (id: string) => app.inject({ method: "GET", path: `/rooms/${id}` });
  const put = (id: string, payload: unknown, options: { number: number; value: Uint8Array }[] = []) =>
    app.inject({ method: "PUT", path: `/rooms/${id}`, payload, options: [...options, TOKEN] });
  const post = (payload: unknown) => app.inject({ method: "POST", path: "/rooms", payload, options: [TOKEN] });
  const remove = (id: string) => app.inject({ method: "DELETE", path: `/rooms/${id}`, options: [TOKEN] });

  it("lists the rooms of the seed by id", async () => {
    const { code, value } = await app.inject({ method: "GET", path: "/rooms" });
    expect(code).toBe("2.05");
    expect(value).toEqual({
      total: 2,
      items: [
        { id: "cellar", name: "Cellar", floor: -1 },
        { id: "kitchen", name: "Kitchen", floor: 0 },
      ],
    });
  });

  it("lists page by page", async () => {
    const { value } = await app.inject({ method: "GET", path: "/rooms?limit=1&offset=1" });
    expect(value).toEqual({ total: 2, items: [{ id: "kitchen", name: "Kitchen", floor: 0 }] });
  });

  it.each(["limit=0", "limit=51", "limit=x", "offset=-1", "limit=1&limit=2", "page=1"])(
    "refuses the query %s with 4.00 and says why",
    async (query) => {
      const { code, text } = await app.inject({ method: "GET", path: `/rooms?${query}` });
      expect(code).toBe("4.00");
      expect(text).toMatch(/^Invalid query: .*(limit|offset|page)/);
    },
  );

  it("adds a room with POST and says where it is", async () => {
    const { code, location } = await post(ATTIC);
    expect([code, location]).toEqual(["2.01", "/rooms/attic"]);
    expect((await read("attic")).value).toEqual(ATTIC);
  });

  it("refuses to add a room twice with 4.09", async () => {
    const { code, text } = await post({ ...ATTIC, id: "kitchen" });
    expect([code, text]).toEqual(["4.09", 'There is a room "kitchen" already.']);
    expect((await read("kitchen")).value).toMatchObject({ name: "Kitchen" });
  });

  it("makes a room with PUT, then changes it", async () => {
    expect((await put("attic", { name: "Attic" })).code).toBe("2.01");
    expect((await put("attic", { name: "Loft", floor: 3 })).code).toBe("2.04");
    expect((await read("attic")).value).toEqual({ id: "attic", name: "Loft", floor: 3 });
  });

  it.each([
    [{}, "name"],
    [{ name: "" }, "name"],
    [{ name: "x".repeat(65) }, "name"],
    [{ name: "Attic", floor: 1.5 }, "floor"],
    [{ name: "Attic", colour: "red" }, "colour"],
    [[], "expected object"],
  ])("refuses the room %j with 4.22 and names %s", async (payload, named) => {
    const { code, text } = await put("attic", payload);
    expect(code).toBe("4.22");
    expect(text).toContain(named);
    expect((await read("attic")).code).toBe("4.04");
  });

  it("refuses an id that a path should not have with 4.00", async () => {
    const { code, text } = await put("At%20tic", { name: "Attic" });
    expect([code, text]).toEqual(["4.00", 'Invalid param "id": must have 1 to 32 of the characters a-z, 0-9 and -']);
  });

  it("refuses payloads that are no JSON with 4.00, of another format with 4.15, of none with 4.00", async () => {
    const send = (payload: string, contentFormat?: number) =>
      app.inject({ method: "PUT", path: "/rooms/attic", payload, contentFormat, options: [TOKEN] });
    expect(await send('{"name":', 50)).toMatchObject({ code: "4.00", text: expect.stringContaining("malformed JSON") });
    expect((await send("<room/>", 41)).code).toBe("4.15");
    expect((await send('{"name":"Attic"}')).code).toBe("4.00");
  });

  it("answers 2.03 to a client that holds the current version", async () => {
    const { etag = new Uint8Array() } = await read("kitchen");
    const options = [{ number: OptionNumber.ETag, value: etag }];
    const again = await app.inject({ method: "GET", path: "/rooms/kitchen", options });
    expect([again.code, again.payload.length]).toEqual(["2.03", 0]);
    await put("kitchen", { name: "Kitchenette" });
    expect((await app.inject({ method: "GET", path: "/rooms/kitchen", options })).code).toBe("2.05");
  });

  it("lets only one of two clients that read the same version write it", async () => {
    const { etag = new Uint8Array() } = await read("kitchen");
    const ifMatch = [{ number: OptionNumber.IfMatch, value: etag }];
    expect((await put("kitchen", { name: "Mine" }, ifMatch)).code).toBe("2.04");
    expect((await put("kitchen", { name: "Yours" }, ifMatch)).code).toBe("4.12");
    expect((await read("kitchen")).value).toMatchObject({ name: "Mine" });
  });

  it("makes a room only where there is none with If-None-Match", async () => {
    const ifNoneMatch = [{ number: OptionNumber.IfNoneMatch, value: new Uint8Array() }];
    expect((await put("attic", { name: "Attic" }, ifNoneMatch)).code).toBe("2.01");
    expect((await put("attic", { name: "Loft" }, ifNoneMatch)).code).toBe("4.12");
  });

  it("keeps a room that has sensors: 4.09", async () => {
    const { code, text } = await remove("kitchen");
    expect([code, text]).toEqual(["4.09", 'Room "kitchen" has 2 sensor(s); delete or move them first.']);
    expect((await read("kitchen")).code).toBe("2.05");
  });

  it("deletes an empty room, also twice", async () => {
    await put("attic", { name: "Attic" });
    for (let i = 0; i < 2; i++) expect((await remove("attic")).code).toBe("2.02");
    expect((await read("attic")).code).toBe("4.04");
  });

  it("takes no more than a thousand rooms: 4.09", async () => {
    for (let i = 2; i < 1_000; i++) expect((await put(`room-${i}`, { name: "Room" })).code).toBe("2.01");
    expect((await put("attic", { name: "Attic" })).code).toBe("4.09");
    expect((await post(ATTIC)).code).toBe("4.09");
    expect((await put("room-2", { name: "Still mine" })).code).toBe("2.04");
  });

  it("answers 4.05 to other methods and 4.06 to formats that it has not", async () => {
    expect((await app.inject({ method: "FETCH", path: "/rooms/kitchen", payload: {} })).code).toBe("4.05");
    expect((await app.inject({ method: "GET", path: "/rooms/kitchen", accept: 41 })).code).toBe("4.06");
  });
});
