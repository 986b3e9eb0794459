import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const plugtest = fixture("plugtest", "--notify-interval", "0.2");
const TIME = "\\d\\d:\\d\\d:\\d\\d";
const SIZES: Readonly<Record<number, RegExp>> = {
  8: new RegExp(`^${TIME}$`),
  84: new RegExp(`^-{31}\\n {11}${TIME}\\n-{31}\\n$`),
  164: new RegExp(`^-{63}\\n {27}${TIME}\\n-{63}\\n$`),
};

it("/obs-large has 162 bytes", async () => {
  const client = await plugtest.server.client();
  const reply = await client.request("GET", "/obs-large", { observe: 0 });
  expect(reply).toMatchObject({ code: "2.05", ct: 0, maxAge: 1, observe: expect.any(Number) });
  expect(reply.text).toMatch(new RegExp(`^-{64}\\n${TIME} {24}\\n-{64}$`));
  expect(await client.next()).toMatchObject({ type: "CON", code: "2.05" });
  expect(await client.request("PUT", "/obs-large", { ct: 0, payload: "x" })).toMatchObject({ code: "4.05" });
});

it.each([
  ["/obs-pumping", "CON"],
  ["/obs-pumping-non", "NON"],
])("%s goes through its three sizes with %s", async (path, type) => {
  const client = await plugtest.server.client();
  await client.request("GET", path, { observe: 0 });
  const lengths: number[] = [];
  for (let i = 0; i < 6; i++) {
    const message = await client.next();
    if (message.type === "CON") client.sendEmpty("ACK", message.messageId);
    expect(message).toMatchObject({ type, ct: 0, maxAge: 1 });
    lengths.push(message.payload.length);
    expect(message.text).toMatch(SIZES[message.payload.length] ?? "one of the sizes");
  }
  expect(lengths.slice(0, 3).toSorted((a, b) => a - b)).toEqual([8, 84, 164]);
  expect(lengths.slice(3)).toEqual(lengths.slice(0, 3));
});
