import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const plugtest = fixture("plugtest");

it.each<[string, string, object]>([
  ["GET", "/test", {}],
  ["GET", "/nowhere", {}],
  ["PUT", "/validate", { ct: 0, payload: "x" }],
  ["POST", "/large-create", { ct: 0, payload: "x" }],
  ["DELETE", "/test", {}],
  ["GET", "/large", {}],
])("a duplicate CON %s %s gets the same bytes", async (method, path, init) => {
  const { client } = plugtest;
  const bytes = client.send(method, path, init);
  const first = await client.next();
  for (let i = 0; i < 3; i++) {
    client.sendBytes(bytes);
    expect((await client.next()).bytes).toEqual(first.bytes);
  }
});

it("the resource sees one request, also where it comes as NON; a duplicate NON is ignored", async () => {
  const client = await plugtest.server.client();
  const { location } = await client.request("POST", "/large-create", { ct: 0 });
  const count = Number(location.split("/").at(-1));
  const bytes = client.send("POST", "/large-create", { ct: 0 });
  await client.next();
  client.sendBytes(bytes);
  await client.next();
  const non = client.send("POST", "/large-create", { type: "NON", ct: 0 });
  expect(await client.next()).toMatchObject({ type: "NON", location: `/large-create/${count + 2}` });
  client.sendBytes(non);
  expect(await client.flush()).toEqual([]);
  expect(await client.request("POST", "/large-create", { ct: 0 })).toMatchObject({
    location: `/large-create/${count + 3}`,
  });
});

it("another endpoint with the same message ID is no duplicate", async () => {
  const other = await plugtest.server.client();
  const bytes = plugtest.client.send("POST", "/large-create", { ct: 0, messageId: 99 });
  const first = await plugtest.client.next();
  other.sendBytes(bytes);
  expect((await other.next()).location).not.toBe(first.location);
});
