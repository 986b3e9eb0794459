import { describe, expect, it } from "vitest";
import type { IncomingResponse } from "../src/client/incoming-response.js";
import { Code } from "../src/code/code.js";
import { Type } from "../src/message/message-type.js";
import { OptionNumber } from "../src/option/option-number.js";
import { type ClientFixture, expectNoState, get, LONG_MS, openClient, text } from "./support/client-fixture.js";
import type { Script } from "./support/scripted-peer.js";

interface Reading {
  readonly texts: string[];
  readonly responses: IncomingResponse[];
  /** How it ended: "done", or the code of the error; `undefined` while it goes on. */
  end: string | undefined;
  leave(): Promise<unknown>;
}

const observeOf = (value: number) => ({ number: OptionNumber.Observe, value });

/** Reads notifications until the iterable ends. */
function read({ client }: ClientFixture, signal?: AbortSignal): Reading {
  const iterator = client.request(get({ observe: true }), signal);
  const reading: Reading = { texts: [], responses: [], end: undefined, leave: async () => iterator.return?.() };
  const all = async (): Promise<void> => {
    for await (const response of { [Symbol.asyncIterator]: () => iterator }) {
      reading.responses.push(response);
      reading.texts.push(text(response));
    }
  };
  all().then(
    () => (reading.end = "done"),
    (error: { code: string }) => (reading.end = error.code),
  );
  return reading;
}

function notification(sequence: number, payload: string, script: Script = {}): Script {
  return {
    type: Type.NON,
    code: Code.Content,
    payload,
    ...script,
    options: [observeOf(sequence), ...(script.options ?? [])],
  };
}

/** An observation whose registration was answered with "first", sequence 10. */
async function register(script: Script = {}): Promise<{ fixture: ClientFixture; reading: Reading; token: Uint8Array }> {
  const fixture = await openClient();
  const reading = read(fixture);
  await fixture.clock.advance(10);
  const { token } = fixture.peer.last;
  fixture.peer.send(notification(10, "first", { type: Type.ACK, ...script }));
  await fixture.clock.advance(20);
  return { fixture, reading, token };
}

/** Leaves, and lets the peer answer the deregistration. */
async function leave({ clock, peer }: ClientFixture, reading: Reading): Promise<void> {
  await reading.leave();
  await clock.advance(20);
  peer.send({ code: Code.Content });
  await clock.advance(20);
}

describe("registration (§3.1)", () => {
  it("asks with Observe 0 and gives the notifications as they come", async () => {
    const { fixture, reading, token } = await register();
    const { clock, peer } = fixture;
    expect(peer.last.options.uint(OptionNumber.Observe)).toBe(0);
    for (const [index, name] of ["a", "b"].entries()) {
      peer.send(notification(11 + index, name, { token }));
      await clock.advance(1_000);
    }
    expect(reading.texts).toEqual(["first", "a", "b"]);
    expect(reading.responses[2]?.options.uint(OptionNumber.Observe)).toBe(12);
    expect(fixture.client.counters).toMatchObject({ observations: 1, pendingRequests: 1 });
    await leave(fixture, reading);
    await expectNoState(fixture);
  });

  it("ends after the response of a server that does not observe", async () => {
    const fixture = await openClient();
    const { clock, peer } = fixture;
    peer.onMessage = () => peer.send({ code: Code.Content, payload: "once" });
    const reading = read(fixture);
    await clock.advance(50);
    expect(reading).toMatchObject({ texts: ["once"], end: "done" });
    expect(peer.received).toHaveLength(1);
    await expectNoState(fixture);
  });

  it("acknowledges confirmable notifications, also stale ones", async () => {
    const { fixture, reading, token } = await register();
    const { clock, peer } = fixture;
    const fresh = peer.send(notification(12, "b", { type: Type.CON, token }));
    await clock.advance(20);
    const stale = peer.send(notification(11, "a", { type: Type.CON, token }));
    await clock.advance(20);
    expect(peer.received.slice(1)).toMatchObject([
      { type: Type.ACK, messageId: fresh },
      { type: Type.ACK, messageId: stale },
    ]);
    expect(reading.texts).toEqual(["first", "b"]);
    await leave(fixture, reading);
    await expectNoState(fixture);
  });

  it("fails with TimeoutError where the server is not there, and with ResetError where it resets", async () => {
    const fixture = await openClient();
    const { clock, peer } = fixture;
    const unanswered = read(fixture);
    await clock.advance(LONG_MS);
    expect(unanswered.end).toBe("COAPKIT_ERR_TIMEOUT");
    peer.onMessage = () => peer.send({ type: Type.RST });
    const reset = read(fixture);
    await clock.advance(20);
    expect(reset.end).toBe("COAPKIT_ERR_RESET");
    await expectNoState(fixture);
  });
});

describe("reordering (§3.4)", () => {
  it("drops what is older, takes what is newer across the wrap of 24 bits, and anything after 128 s", async () => {
    const { fixture, reading, token } = await register({ options: [{ number: OptionNumber.MaxAge, value: 500 }] });
    const { client, clock, peer } = fixture;
    const long = { token, options: [{ number: OptionNumber.MaxAge, value: 500 }] };
    const steps: readonly (readonly [number, string, number])[] = [
      [9, "older", 100],
      [10, "same", 100],
      [10 + 2 ** 23 - 1, "newer", 100],
      [2 ** 24 - 1, "top", 100],
      [3, "wrapped", 100],
      [2 ** 24 - 1, "before the wrap", 128_100],
      [1, "after 128 s", 100],
    ];
    for (const [sequence, name, waitMs] of steps) {
      peer.send(notification(sequence, name, long));
      await clock.advance(waitMs);
    }
    expect(reading.texts).toEqual(["first", "newer", "top", "wrapped", "after 128 s"]);
    expect(client.counters.staleNotifications).toBe(3);
    await leave(fixture, reading);
    await expectNoState(fixture);
  });

  it("gives a slow reader the newest only", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const responses = client.request(get({ observe: true }));
    const next = responses.next();
    await clock.advance(10);
    const { token } = peer.last;
    peer.send(notification(1, "a", { type: Type.ACK }));
    await clock.advance(20);
    expect(text((await next).value as IncomingResponse)).toBe("a");
    for (let sequence = 2; sequence < 9; sequence++) peer.send(notification(sequence, `n${sequence}`, { token }));
    await clock.advance(20);
    expect(text((await responses.next()).value as IncomingResponse)).toBe("n8");
    expect(client.counters.responsesSkipped).toBe(6);
    await responses.return?.();
    await clock.advance(20);
    peer.send({ code: Code.Content });
    await clock.advance(20);
    await expectNoState(fixture);
  });
});

describe("the end (§3.2, §3.6)", () => {
  it.each<[string, Script]>([
    ["an error", { type: Type.CON, code: Code.NotFound, payload: "gone" }],
    ["an error that has Observe", notification(11, "gone", { type: Type.CON, code: Code.Forbidden })],
    ["a response without Observe", { type: Type.CON, code: Code.Content, payload: "gone" }],
  ])("gives %s as the last one", async (_name, script) => {
    const { fixture, reading, token } = await register();
    const { clock, peer } = fixture;
    const messageId = peer.send({ ...script, token });
    await clock.advance(20);
    expect(reading).toMatchObject({ texts: ["first", "gone"], end: "done" });
    expect(peer.last).toMatchObject({ type: Type.ACK, messageId });
    expect(peer.received).toHaveLength(2);
    await expectNoState(fixture);
  });

  it("deregisters with Observe 1 and the same token when the reader leaves", async () => {
    const { fixture, reading, token } = await register();
    const { clock, peer } = fixture;
    const registration = peer.last;
    await leave(fixture, reading);
    expect(peer.last).toMatchObject({ type: Type.CON, code: Code.GET, token });
    expect(peer.last.options.uint(OptionNumber.Observe)).toBe(1);
    expect(peer.last.options.strings(OptionNumber.UriPath)).toEqual(registration.options.strings(OptionNumber.UriPath));
    expect(reading.end).toBe("done");
    await clock.advance(LONG_MS);
    expect(peer.received).toHaveLength(2);
    await expectNoState(fixture);
  });

  it("deregisters when the signal fires, and throws AbortedError", async () => {
    const controller = new AbortController();
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const reading = read(fixture, controller.signal);
    await clock.advance(10);
    peer.send(notification(1, "a", { type: Type.ACK }));
    await clock.advance(20);
    controller.abort();
    await clock.advance(20);
    expect(reading).toMatchObject({ texts: ["a"], end: "COAPKIT_ERR_ABORTED" });
    expect(peer.last.options.uint(OptionNumber.Observe)).toBe(1);
    expect(client.counters).toMatchObject({ observations: 0, pendingRequests: 1 });
    peer.send({ code: Code.Content });
    await clock.advance(20);
    await expectNoState(fixture);
  });

  it("ends a reader that stands still at a notification when the signal fires", async () => {
    const controller = new AbortController();
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const responses = client.request(get({ observe: true }), controller.signal);
    const next = responses.next();
    await clock.advance(10);
    peer.send(notification(1, "a", { type: Type.ACK }));
    await clock.advance(20);
    await next;
    controller.abort();
    await clock.advance(20);
    expect(peer.last.options.uint(OptionNumber.Observe)).toBe(1);
    await expect(responses.next()).rejects.toMatchObject({ code: "COAPKIT_ERR_ABORTED" });
    peer.send({ code: Code.Content });
    await clock.advance(20);
    await expectNoState(fixture);
  });

  it("tells a server that may have registered us, and not one that cannot have", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const sent = read(fixture);
    const queued = read(fixture);
    await clock.advance(50);
    await queued.leave();
    await sent.leave();
    await clock.advance(20);
    expect(peer.received.map(({ options }) => options.uint(OptionNumber.Observe))).toEqual([0, 1]);
    peer.send({ code: Code.Content });
    await clock.advance(20);
    expect(client.counters.pendingRequests).toBe(0);
    await expectNoState(fixture);
  });

  it("rejects notifications with RST while it deregisters and after", async () => {
    const { fixture, reading, token } = await register();
    const { clock, peer } = fixture;
    await reading.leave();
    await clock.advance(20);
    const during = peer.send(notification(11, "a", { type: Type.CON, token }));
    await clock.advance(20);
    expect(peer.last).toMatchObject({ type: Type.RST, messageId: during });
    peer.send({ code: Code.Content, token, messageId: peer.received[1]?.messageId as number });
    await clock.advance(20);
    const after = peer.send(notification(12, "b", { type: Type.CON, token }));
    const non = peer.send(notification(13, "c", { token }));
    await clock.advance(20);
    expect(peer.received.slice(3)).toMatchObject([
      { type: Type.RST, messageId: after },
      { type: Type.RST, messageId: non },
    ]);
    expect(reading.texts).toEqual(["first"]);
    await expectNoState(fixture);
  });

  it("gives up to deregister at a server that is gone", async () => {
    const { fixture, reading } = await register();
    await reading.leave();
    await fixture.clock.advance(LONG_MS);
    expect(fixture.peer.received).toHaveLength(6);
    await expectNoState(fixture);
  });

  it("fails when the endpoint closes", async () => {
    const { fixture, reading } = await register();
    await fixture.client.close();
    await fixture.clock.advance(20);
    expect(reading.end).toBe("COAPKIT_ERR_CLOSED");
    await expectNoState(fixture);
  });
});

describe("renewal (§3.3.1)", () => {
  it("registers again with the same token 5 to 15 s after Max-Age, and takes a server that counts anew", async () => {
    const { fixture, reading, token } = await register({ options: [{ number: OptionNumber.MaxAge, value: 30 }] });
    const { clock, peer } = fixture;
    await clock.advance(34_900);
    expect(peer.received).toHaveLength(1);
    await clock.advance(10_200);
    expect(peer.received).toHaveLength(2);
    expect(peer.last.token).toEqual(token);
    expect(peer.last.options.uint(OptionNumber.Observe)).toBe(0);
    peer.send(notification(1, "again", { type: Type.ACK }));
    await clock.advance(20);
    expect(reading.texts).toEqual(["first", "again"]);
    await leave(fixture, reading);
    await expectNoState(fixture);
  });

  it("waits for 60 s where Max-Age is absent, anew after each notification", async () => {
    const { fixture, reading, token } = await register();
    const { clock, peer } = fixture;
    await clock.advance(60_000);
    peer.send(notification(11, "a", { token }));
    await clock.advance(64_900);
    expect(peer.received).toHaveLength(1);
    await clock.advance(11_000);
    expect(peer.received.length).toBeGreaterThan(1);
    peer.send(notification(12, "b", { type: Type.ACK }));
    await clock.advance(20);
    expect(reading.texts).toEqual(["first", "a", "b"]);
    await leave(fixture, reading);
    await expectNoState(fixture);
  });

  it("fails when the renewal fails", async () => {
    const { fixture, reading } = await register();
    await fixture.clock.advance(LONG_MS);
    expect(reading).toMatchObject({ texts: ["first"], end: "COAPKIT_ERR_TIMEOUT" });
    await expectNoState(fixture);
  });

  it("ends with the answer of a server that does not observe any more", async () => {
    const { fixture, reading } = await register();
    const { clock, peer } = fixture;
    peer.onMessage = () => peer.send({ code: Code.NotFound, payload: "no more" });
    await clock.advance(80_000);
    expect(reading).toMatchObject({ texts: ["first", "no more"], end: "done" });
    await expectNoState(fixture);
  });
});
