import { describe, expect, it } from "vitest";
import { Code } from "../src/code/code.js";
import type { ImmediateResponse } from "../src/exchange/outgoing-response.js";
import type { ServerExchange } from "../src/exchange/server-exchange.js";
import { Type } from "../src/message/message-type.js";
import { OptionNumber } from "../src/option/option-number.js";
import { ALICE, BOB, bare, bodyOf, joined, only, openServer, type ServerFixture } from "./support/server-fixture.js";
import { blockOf, observeOf, type WireMessage } from "./support/wire.js";

const observe = (value: number) => ({ number: OptionNumber.Observe, value });
const REGISTER = [observe(0)];
const DEREGISTER = [observe(1)];
const DAY_MS = 24 * 60 * 60 * 1_000;

function state(payload: string | Uint8Array): ImmediateResponse {
  return { code: Code.Content, contentFormat: 0, options: [], payload };
}

/** A server whose every resource can be observed; `lost` names the tokens whose interest ended. */
async function openObservable(options: Parameters<typeof openServer>[0] = {}) {
  const server = await openServer(options);
  const lost: number[] = [];
  server.onRequest = (exchange) => {
    if (!exchange.notify(state("0"))) return exchange.respond(state("plain"));
    const [token = -1] = exchange.request.token;
    exchange.onInterestLost(() => lost.push(token));
  };
  return { server, lost };
}

/** The last notification or response that was sent. */
function lastOf(server: ServerFixture): WireMessage {
  return server.takeSent().at(-1) as WireMessage;
}

function notify(exchange: ServerExchange | undefined, payload: string, confirmable?: boolean): boolean | undefined {
  return exchange?.notify(state(payload), confirmable);
}

describe("RFC 7641 §4.1 registration", () => {
  it.each([Code.GET, Code.FETCH])("of method %d is answered with Observe, and adds the client", async (code) => {
    const { server, lost } = await openObservable();
    const answer = server.ask({ code, options: REGISTER });
    expect(answer).toMatchObject({ type: Type.ACK, code: Code.Content, text: "0" });
    expect(observeOf(answer)).toBeDefined();
    expect(server.counters).toMatchObject({ observers: 1, pinnedPeers: 1 });
    await server.endpoint.close();
    expect(lost).toEqual([1]);
    await server.expectNoState();
  });

  it.each([Code.POST, Code.PUT])("of method %d is not made, as Observe extends GET and FETCH", async (code) => {
    const { server } = await openObservable();
    server.ask({ options: REGISTER });
    for (const options of [REGISTER, DEREGISTER]) {
      const answer = server.ask({ code, options });
      expect(answer).toMatchObject({ text: "plain" });
      expect(observeOf(answer)).toBeUndefined();
    }
    expect(server.counters.observers).toBe(1);
    await server.endpoint.close();
    await server.expectNoState();
  });

  it.each([1, 2, 0xffffff])("is not made by the Observe value %d", async (value) => {
    const { server } = await openObservable();
    expect(observeOf(server.ask({ options: [observe(value)] }))).toBeUndefined();
    expect(server.counters.observers).toBe(0);
    await server.expectNoState();
  });

  it("is not made by an Observe option of four bytes, which is ignored", async () => {
    const { server } = await openObservable();
    const answer = server.ask({ options: [{ number: OptionNumber.Observe, value: new Uint8Array(4) }] });
    expect([answer.text, observeOf(answer), server.counters.observers]).toEqual(["plain", undefined, 0]);
  });

  it("is not made by a response that is no success, which has no Observe option", async () => {
    const { server } = await openObservable();
    server.onRequest = (exchange) => {
      if (!exchange.notify(bare(Code.NotFound))) exchange.respond(bare(Code.NotFound));
    };
    const answer = server.ask({ options: REGISTER });
    expect(answer.code).toBe(Code.NotFound);
    expect(observeOf(answer)).toBeUndefined();
    expect(server.counters.observers).toBe(0);
    await server.expectNoState();
  });

  it("MUST NOT add a second entry for the same endpoint and token, but replaces the first", async () => {
    const { server, lost } = await openObservable();
    const first = observeOf(server.ask({ options: REGISTER })) as number;
    const again = observeOf(server.ask({ options: REGISTER })) as number;
    expect(again).toBeGreaterThan(first);
    expect(server.counters.observers).toBe(1);
    expect(lost).toEqual([1]);
    expect(notify(server.exchanges[0], "old")).toBe(false);
    expect(notify(server.exchanges[1], "new")).toBe(true);
    expect(server.takeSent()).toMatchObject([{ text: "new" }]);
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("ends an older one with the same token when it is answered without Observe", async () => {
    const { server, lost } = await openObservable();
    server.ask({ options: REGISTER });
    server.onRequest = (exchange) => exchange.respond(bare(Code.NotFound));
    server.ask({ options: REGISTER });
    expect(lost).toEqual([1]);
    expect(notify(server.exchanges[0], "late")).toBe(false);
    await server.expectNoState();
  });

  it("keeps tokens and endpoints apart", async () => {
    const { server } = await openObservable();
    server.receive({ token: [1], options: REGISTER });
    server.receive({ token: [2], options: REGISTER });
    server.receive({ token: [1], options: REGISTER }, BOB);
    server.receive({ token: [], options: REGISTER });
    expect(server.counters.observers).toBe(4);
    server.receive({ token: [1], options: DEREGISTER });
    expect(server.counters.observers).toBe(3);
    for (const exchange of server.exchanges.slice(0, 4)) notify(exchange, "x");
    expect(server.takeSent().map(({ token }) => token)).toEqual([[2], [1], []]);
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("is answered as a plain request at the limit of a client, and at that of all; others stay", async () => {
    const { server, lost } = await openObservable({ limits: { observers: 5, observersPerPeer: 3 } });
    const register = (token: number, from: string) =>
      observeOf(server.ask({ token: [token], options: REGISTER }, from));
    for (const token of [1, 2, 3]) expect(register(token, ALICE)).toBeDefined();
    expect(register(4, ALICE)).toBeUndefined();
    expect(register(3, ALICE)).toBeDefined();
    for (const token of [5, 6]) expect(register(token, BOB)).toBeDefined();
    expect(register(7, BOB)).toBeUndefined();
    expect(server.counters).toMatchObject({ observers: 5, observersRefused: 2 });
    server.receive({ token: [1], options: DEREGISTER });
    expect(register(7, BOB)).toBeDefined();
    expect(lost).toEqual([3, 1]);
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("leaves nothing behind when its answer cannot be sent", async () => {
    const { server } = await openObservable();
    server.onRequest = (exchange) => {
      const bad = { ...state("x"), options: [{ number: 70_000, value: "" }] };
      expect(() => exchange.notify(bad)).toThrow("Option number");
      exchange.respond(bare(Code.InternalServerError));
    };
    for (const type of [Type.CON, Type.NON])
      expect(server.ask({ type, options: REGISTER })).toMatchObject({ code: Code.InternalServerError });
    expect(server.counters.observers).toBe(0);
    await server.expectNoState();
  });

  it("survives a callback that throws", async () => {
    const { server } = await openObservable();
    server.onRequest = (exchange) => {
      exchange.notify(state("0"));
      exchange.onInterestLost(() => {
        throw new Error("application");
      });
    };
    server.ask({ options: REGISTER });
    server.receive({ options: DEREGISTER });
    expect(server.warnings.length).toBeGreaterThan(0);
    await server.endpoint.close();
    await server.expectNoState();
  });
});

describe("RFC 7641 §4.4 sequence numbers", () => {
  it("rise strictly with each notification, from the answer to the registration on", async () => {
    const { server } = await openObservable();
    const values = [observeOf(server.ask({ options: REGISTER })) as number];
    for (let i = 0; i < 300; i++) {
      notify(server.exchanges[0], `${i}`);
      values.push(observeOf(lastOf(server)) as number);
    }
    for (let i = 1; i < values.length; i++) expect(values[i]).toBeGreaterThan(values[i - 1] as number);
    expect(values.at(-1)).toBeLessThan(2 ** 24);
    await server.endpoint.close();
    await server.expectNoState();
  });
});

describe("RFC 7641 §3.6 and §4.2 the end of interest", () => {
  it("comes with Observe 1 and the same token, which is answered as a plain request", async () => {
    const { server, lost } = await openObservable();
    server.ask({ options: REGISTER });
    const answer = server.ask({ options: DEREGISTER });
    expect(answer.text).toBe("plain");
    expect(observeOf(answer)).toBeUndefined();
    expect(lost).toEqual([1]);
    expect(notify(server.exchanges[0], "late")).toBe(false);
    await server.expectNoState();
  });

  it.each([true, false])("comes with an RST to a notification (confirmable: %s)", async (confirmable) => {
    const { server, lost } = await openObservable();
    server.ask({ options: REGISTER });
    notify(server.exchanges[0], "1", confirmable);
    const { type, messageId } = lastOf(server);
    expect(type).toBe(confirmable ? Type.CON : Type.NON);
    expect(server.reply(Type.RST, messageId)).toEqual([]);
    expect(lost).toEqual([1]);
    expect(server.counters).toMatchObject({ observers: 0, unmatched: 0 });
    await server.expectNoState();
  });

  it("comes with an RST to the answer of a NON registration", async () => {
    const { server, lost } = await openObservable();
    const answer = server.ask({ type: Type.NON, options: REGISTER });
    expect(answer).toMatchObject({ type: Type.NON, text: "0" });
    expect(observeOf(answer)).toBeDefined();
    server.reply(Type.RST, answer.messageId);
    expect(lost).toEqual([1]);
    await server.expectNoState();
  });

  it.each(["RST", "a time-out"])("comes with %s to a separate response that registers", async (how) => {
    const { server } = await openObservable();
    server.onRequest = (exchange) => exchange.acknowledge();
    server.ask({ options: REGISTER });
    expect(notify(server.exchanges[0], "0")).toBe(true);
    const answer = lastOf(server);
    expect(answer).toMatchObject({ type: Type.CON, text: "0" });
    expect(observeOf(answer)).toBeDefined();
    expect(server.counters).toMatchObject({ observers: 1, openExchanges: 0, responses: 1 });
    if (how === "RST") server.reply(Type.RST, answer.messageId);
    else await server.advance(62_000);
    expect(server.counters.observers).toBe(0);
    expect(notify(server.exchanges[0], "1")).toBe(false);
    await server.expectNoState();
  });

  it("comes when a confirmable notification is never acknowledged", async () => {
    const { server, lost } = await openObservable();
    server.ask({ options: REGISTER });
    notify(server.exchanges[0], "1", true);
    await server.advance(61_999);
    expect(lost).toEqual([]);
    await server.advance(1);
    expect(lost).toEqual([1]);
    expect(server.counters).toMatchObject({ observers: 0, timedOut: 1 });
    await server.expectNoState();
  });

  it("frees all slots of a client that is gone, so that others find room", async () => {
    const { server, lost } = await openObservable({ limits: { observers: 3 } });
    for (const token of [1, 2, 3]) server.receive({ token: [token], options: REGISTER });
    for (const exchange of server.exchanges) notify(exchange, "1", true);
    expect(server.counters).toMatchObject({ unacknowledged: 1, queued: 2 });
    await server.advance(62_000);
    expect(lost.sort()).toEqual([1, 2, 3]);
    expect(server.counters).toMatchObject({ observers: 0, unacknowledged: 0, queued: 0, pinnedPeers: 0 });
    expect(observeOf(server.ask({ options: REGISTER }, BOB))).toBeDefined();
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("is not brought about by an RST or ACK from another endpoint, nor by a stale one", async () => {
    const { server, lost } = await openObservable();
    server.ask({ options: REGISTER });
    notify(server.exchanges[0], "1", false);
    const non = lastOf(server).messageId;
    notify(server.exchanges[0], "2", true);
    const con = lastOf(server).messageId;
    for (const from of [BOB, "192.0.2.1:40001"])
      for (const type of [Type.ACK, Type.RST]) for (const id of [non, con]) server.reply(type, id, from);
    server.reply(Type.ACK, non);
    server.reply(Type.RST, con + 1);
    server.receive({ options: DEREGISTER }, BOB);
    expect(lost).toEqual([]);
    expect(server.counters).toMatchObject({ observers: 1, unacknowledged: 1 });
    server.reply(Type.ACK, con);
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("follows a notification that is no success, which is confirmable and has no Observe option", async () => {
    const { server, lost } = await openObservable();
    server.ask({ options: REGISTER });
    expect(server.exchanges[0]?.notify(bare(Code.NotFound))).toBe(false);
    const last = lastOf(server);
    expect(last).toMatchObject({ type: Type.CON, code: Code.NotFound });
    expect(observeOf(last)).toBeUndefined();
    expect(lost).toEqual([1]);
    expect(server.counters).toMatchObject({ observers: 0, unacknowledged: 1 });
    await server.advance(2_000);
    server.reply(Type.ACK, last.messageId);
    await server.expectNoState();
  });

  it("follows an error that has to wait; what comes after it is not sent", async () => {
    const { server, lost } = await openObservable();
    server.ask({ options: REGISTER });
    notify(server.exchanges[0], "1", true);
    const { messageId } = lastOf(server);
    expect(server.exchanges[0]?.notify(bare(Code.NotFound))).toBe(false);
    expect(notify(server.exchanges[0], "again")).toBe(false);
    const [error, ...more] = server.reply(Type.ACK, messageId);
    expect(error).toMatchObject({ type: Type.CON, code: Code.NotFound });
    expect(more).toEqual([]);
    expect(lost).toEqual([1]);
    server.reply(Type.ACK, error?.messageId as number);
    await server.expectNoState();
  });
});

describe("RFC 7641 §4.5 transmission", () => {
  it("has one confirmable notification unacknowledged, and then the newest state alone", async () => {
    const { server } = await openObservable();
    server.ask({ options: REGISTER });
    for (let i = 1; i <= 5; i++) expect(notify(server.exchanges[0], `${i}`, true)).toBe(true);
    const first = only(server.takeSent());
    expect(first.text).toBe("1");
    const second = only(server.reply(Type.ACK, first.messageId));
    expect(second).toMatchObject({ type: Type.CON, text: "5" });
    expect(observeOf(second)).toBeGreaterThan(observeOf(first) as number);
    expect(server.counters).toMatchObject({ notificationsSuperseded: 3, notifications: 2 });
    expect(server.reply(Type.ACK, second.messageId)).toEqual([]);
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("sends the newest state in the place of a retransmission, which goes on counting", async () => {
    const { server, lost } = await openObservable();
    server.ask({ options: REGISTER });
    notify(server.exchanges[0], "1", true);
    const first = only(server.takeSent());
    notify(server.exchanges[0], "2", true);
    const second = only(await server.advance(2_000));
    expect(second).toMatchObject({ type: Type.CON, text: "2" });
    expect(second.messageId).not.toBe(first.messageId);
    expect(observeOf(second)).toBeGreaterThan(observeOf(first) as number);
    expect(await server.advance(4_000)).toMatchObject([{ messageId: second.messageId, text: "2" }]);
    expect(server.reply(Type.ACK, first.messageId)).toEqual([]);
    expect(server.counters.unacknowledged).toBe(1);
    await server.advance(55_999);
    expect(lost).toEqual([]);
    await server.advance(1);
    expect(lost).toEqual([1]);
    await server.expectNoState();
  });

  it("sends an error in the place of a retransmission, and goes on until it is acknowledged", async () => {
    const { server, lost } = await openObservable();
    server.ask({ options: REGISTER });
    notify(server.exchanges[0], "1", true);
    server.takeSent();
    server.exchanges[0]?.notify(bare(Code.NotFound));
    expect(await server.advance(2_000)).toMatchObject([{ code: Code.NotFound }]);
    expect(lost).toEqual([1]);
    const again = only(await server.advance(4_000));
    expect(again.code).toBe(Code.NotFound);
    server.reply(Type.ACK, again.messageId);
    expect(server.counters.unacknowledged).toBe(0);
    await server.expectNoState();
  });

  it("lets observations of one client take turns, and sends what is newest when the turn comes", async () => {
    const { server } = await openObservable();
    for (const token of [1, 2]) server.receive({ token: [token], options: REGISTER });
    const [one, two] = server.exchanges;
    notify(one, "a1", true);
    notify(two, "b1", true);
    notify(one, "a2", true);
    notify(two, "b2", true);
    const texts: string[] = [];
    for (let sent = server.takeSent(); sent.length > 0; ) {
      const message = only(sent);
      texts.push(message.text);
      if (texts.length < 6) notify(one, `a${texts.length + 2}`, true);
      sent = server.reply(Type.ACK, message.messageId);
    }
    expect(texts.slice(0, 2)).toEqual(["a1", "b2"]);
    expect(texts).not.toContain("b1");
    expect(server.counters).toMatchObject({ unacknowledged: 0, queued: 0 });
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("MUST send a confirmable notification at least once a day", async () => {
    const { server } = await openObservable();
    server.ask({ options: REGISTER });
    notify(server.exchanges[0], "1");
    expect(lastOf(server).type).toBe(Type.NON);
    await server.advance(DAY_MS - 1);
    notify(server.exchanges[0], "2", false);
    expect(lastOf(server).type).toBe(Type.NON);
    await server.advance(1);
    notify(server.exchanges[0], "3", false);
    const confirmable = lastOf(server);
    expect(confirmable.type).toBe(Type.CON);
    server.reply(Type.ACK, confirmable.messageId);
    notify(server.exchanges[0], "4");
    expect(lastOf(server).type).toBe(Type.NON);
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("refuses a notification that cannot be encoded where it is made, also when it would have to wait", async () => {
    const { server } = await openObservable();
    server.ask({ options: REGISTER });
    notify(server.exchanges[0], "1", true);
    const { messageId } = lastOf(server);
    const bad = { ...state("2"), options: [{ number: 70_000, value: "" }] };
    expect(() => server.exchanges[0]?.notify(bad, true)).toThrow("Option number");
    expect(server.reply(Type.ACK, messageId)).toEqual([]);
    expect(() => server.exchanges[0]?.notify(bad, true)).toThrow("Option number");
    expect(server.counters.observers).toBe(1);
    await server.endpoint.close();
    await server.expectNoState();
  });
});

describe("RFC 7959 §2.6 notifications in blocks", () => {
  it("carry block 0 in the size of the registration; the client fetches the rest without Observe", async () => {
    const { server } = await openObservable();
    const body = bodyOf(150);
    const block = (value: number) => ({ number: OptionNumber.Block2, value });
    const first = server.ask({ options: [...REGISTER, block(2)] });
    expect(blockOf(first, OptionNumber.Block2)).toEqual({ number: 0, more: false, szx: 2 });
    server.exchanges[0]?.notify(state(body));
    const notification = lastOf(server);
    expect(blockOf(notification, OptionNumber.Block2)).toEqual({ number: 0, more: true, szx: 2 });
    const rest = [1, 2].map((number) => server.ask({ token: [9], options: [block(number * 16 + 2)] }));
    expect(joined([notification, ...rest])).toEqual(body);
    for (const answer of rest) expect(observeOf(answer)).toBeUndefined();
    const etags = [notification, ...rest].map(({ options }) => options.bytes(OptionNumber.ETag)?.join());
    expect(new Set(etags).size).toBe(1);
    expect(server.exchanges).toHaveLength(1);
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("have no Block1, although the FETCH that registered had a body in blocks", async () => {
    const { server } = await openObservable();
    const answer = server.upload(bodyOf(100), 2, { code: Code.FETCH, options: REGISTER }).at(-1) as WireMessage;
    expect(blockOf(answer, OptionNumber.Block1)).toEqual({ number: 1, more: false, szx: 2 });
    expect(observeOf(answer)).toBeDefined();
    notify(server.exchanges[0], "1");
    const notification = lastOf(server);
    expect(notification.text).toBe("1");
    expect(blockOf(notification, OptionNumber.Block1)).toBeUndefined();
    await server.endpoint.close();
    await server.expectNoState();
  });
});

describe("duplicates of registrations", () => {
  it("change nothing and get the same answer", async () => {
    const { server } = await openObservable();
    const parts = { messageId: 9, options: REGISTER };
    expect(server.ask(parts).bytes).toEqual(server.ask(parts).bytes);
    notify(server.exchanges[0], "1");
    expect(server.takeSent()).toHaveLength(1);
    expect(server.exchanges).toHaveLength(1);
    await server.endpoint.close();
    await server.expectNoState();
  });
});
