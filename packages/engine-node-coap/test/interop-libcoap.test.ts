import { coapClient } from "@coapkit/testing";
import { describe, expect, it } from "vitest";
import { type RigOptions, startRig, textOf, textResponse } from "./rig.js";

const BODY = "0123456789".repeat(512);

const handler: NonNullable<RigOptions["handler"]> = (exchange) => {
  const { options, payload } = exchange.request;
  switch (options.string(11)) {
    case "large":
      return exchange.respond(textResponse(BODY));
    case "slow":
      setTimeout(() => exchange.respond(textResponse("late")), 100);
      return;
    case "created":
      return exchange.respond({
        code: 0x41,
        contentFormat: undefined,
        options: [{ number: 8, value: "new" }],
        payload: "",
      });
    default:
      return exchange.respond(textResponse(payload.length > 0 ? `${payload.length} ${textOf({ payload })}` : "hello"));
  }
};

describe("libcoap's client", () => {
  it("gets", async () => {
    await using rig = await startRig({ handler });
    const reply = await coapClient(["-B", "5", `coap://127.0.0.1:${rig.address.port}/`]);
    expect(reply).toMatchObject({ code: "2.05", text: "hello" });
  });

  it("gets with NON", async () => {
    await using rig = await startRig({ handler });
    expect((await coapClient(["-N", "-B", "5", `coap://127.0.0.1:${rig.address.port}/`])).text).toBe("hello");
  });

  it("puts", async () => {
    await using rig = await startRig({ handler });
    const reply = await coapClient([
      "-B",
      "5",
      "-m",
      "put",
      "-e",
      "on",
      `coap://127.0.0.1:${rig.address.port}/created`,
    ]);
    expect(reply.code).toBe("2.01");
    expect(reply.option("Location-Path")).toBe("new");
  });

  it("takes a separate response", async () => {
    await using rig = await startRig({ handler });
    const reply = await coapClient(["-B", "5", `coap://127.0.0.1:${rig.address.port}/slow`]);
    expect(reply).toMatchObject({ code: "2.05", text: "late" });
    expect(reply.messages.map(({ type, code }) => `${type} ${code}`)).toContain("CON 2.05");
  });

  it.each(["16", "256", "1024"])("uploads 5 KB in blocks of %s bytes", async (size) => {
    await using rig = await startRig({ handler });
    const uri = `coap://127.0.0.1:${rig.address.port}/up`;
    const reply = await coapClient(["-B", "8", "-m", "put", "-b", size, "-f", "-", uri], { stdin: BODY });
    expect(reply.text).toBe(`${BODY.length} ${BODY}`);
    expect(rig.engine.counters).toMatchObject({ uploads: 0, openExchanges: 0 });
  });

  it.each(["16", "256", "1024"])("downloads 5 KB in blocks of %s bytes", async (size) => {
    await using rig = await startRig({ handler });
    const reply = await coapClient(["-B", "8", "-b", size, `coap://127.0.0.1:${rig.address.port}/large`]);
    expect(reply.text).toBe(BODY);
  });

  it("observes, and deregisters when it has seen enough", async () => {
    await using rig = await startRig();
    const watching = coapClient(["-B", "5", "-s", "1", `coap://127.0.0.1:${rig.address.port}/o`]);
    const exchange = await rig.nextExchange();
    const lost = new Promise<void>((resolve) => exchange.onInterestLost(() => resolve()));
    for (const state of ["one", "two"]) exchange.notify(textResponse(`${state},`));
    await lost;
    (await rig.nextExchange()).respond(textResponse("bye"));
    expect((await watching).text).toContain("one,two,");
    expect(rig.engine.counters).toMatchObject({ observers: 0, observersLost: 1 });
  });
});
