import { describe, expect, it } from "vitest";
import { Code } from "../src/code/code.js";
import { isCoapkitError } from "../src/errors/coapkit-error.js";
import { Type } from "../src/message/message-type.js";
import { OptionNumber } from "../src/option/option-number.js";
import { OptionRegistry } from "../src/option/option-registry.js";
import { expectNoState, first, get, LONG_MS, openClient, text, uriOf } from "./support/client-fixture.js";
import type { Script } from "./support/scripted-peer.js";

const CONTENT: Script = { code: Code.Content, payload: "22 C" };

describe("piggybacked responses (§5.2.1)", () => {
  it("takes the response that its ACK carries", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    peer.onMessage = () => peer.send(CONTENT);
    const response = first(client, get({ uri: uriOf("/sensors/1?unit=c") }));
    await clock.advance(20);
    const { code, peer: from } = await response;
    expect(code).toBe(Code.Content);
    expect(text(await response)).toBe("22 C");
    expect(from.key).toBe("10.0.0.2:5683");
    const { type, options, token } = peer.last;
    expect(type).toBe(Type.CON);
    expect(options.strings(OptionNumber.UriPath)).toEqual(["sensors", "1"]);
    expect(options.strings(OptionNumber.UriQuery)).toEqual(["unit=c"]);
    expect(token).toHaveLength(4);
    expect(peer.received).toHaveLength(1);
    await expectNoState(fixture);
  });

  it("sends options and payload as they are given", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    peer.onMessage = () => peer.send({ code: Code.Changed });
    const options = [{ number: OptionNumber.ContentFormat, value: 50 }];
    const response = first(client, get({ method: Code.PUT, options, payload: "{}" }));
    await clock.advance(20);
    expect((await response).code).toBe(Code.Changed);
    expect(peer.last).toMatchObject({ code: Code.PUT, payload: "{}" });
    expect(peer.last.options.uint(OptionNumber.ContentFormat)).toBe(50);
    await expectNoState(fixture);
  });

  it("keeps the bytes of a response when the transport uses its buffer again", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    peer.onMessage = () => peer.send({ ...CONTENT, options: [{ number: OptionNumber.MaxAge, value: 7 }] });
    const response = first(client, get());
    await clock.advance(500);
    expect((await response).options.uint(OptionNumber.MaxAge)).toBe(7);
    expect(text(await response)).toBe("22 C");
    await expectNoState(fixture);
  });
});

describe("separate responses (§5.2.2)", () => {
  it("takes a CON after an empty ACK, and acknowledges it", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const response = first(client, get());
    await clock.advance(10);
    peer.send({});
    await clock.advance(5_000);
    const token = peer.last.token;
    const messageId = peer.send({ ...CONTENT, type: Type.CON, token });
    await clock.advance(20);
    expect(text(await response)).toBe("22 C");
    expect(peer.last).toMatchObject({ type: Type.ACK, code: 0, messageId });
    expect(peer.received).toHaveLength(2);
    await expectNoState(fixture);
  });

  it("takes a response that overtakes its ACK as the ACK", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const response = first(client, get());
    await clock.advance(10);
    peer.send({ ...CONTENT, type: Type.CON });
    await clock.advance(10);
    expect(text(await response)).toBe("22 C");
    expect(client.counters.unacknowledged).toBe(0);
    await clock.advance(LONG_MS);
    expect(peer.received.map(({ type }) => type)).toEqual([Type.CON, Type.ACK]);
    await expectNoState(fixture);
  });

  it("acknowledges a repeated response again, also when the exchange is over", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const response = first(client, get());
    await clock.advance(10);
    const { token } = peer.last;
    const messageId = peer.send({ ...CONTENT, type: Type.CON, token });
    await clock.advance(20);
    await response;
    peer.send({ ...CONTENT, type: Type.CON, token, messageId });
    await clock.advance(2_000);
    peer.send({ ...CONTENT, type: Type.CON, token, messageId });
    await clock.advance(20);
    expect(peer.received.slice(1)).toMatchObject(Array(3).fill({ type: Type.ACK, messageId }));
    expect(client.counters).toMatchObject({ duplicates: 2, unmatched: 0 });
    await expectNoState(fixture);
  });

  it("MUST take a CON in reply to a NON request (§5.2.3), which it acknowledges", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const response = first(client, get({ confirmable: false }));
    await clock.advance(10);
    const messageId = peer.send({ ...CONTENT, type: Type.CON });
    await clock.advance(20);
    expect(text(await response)).toBe("22 C");
    expect(peer.received.slice(1)).toMatchObject([{ type: Type.ACK, code: Code.Empty, messageId }]);
    await expectNoState(fixture);
  });

  it("MUST take a NON in reply to a CON request (§5.2.3), whose ACK comes later or never", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const response = first(client, get());
    await clock.advance(10);
    const { messageId } = peer.last;
    peer.send({ ...CONTENT, type: Type.NON });
    await clock.advance(20);
    expect(text(await response)).toBe("22 C");
    peer.send({ type: Type.ACK, messageId });
    await clock.advance(100_000);
    expect(peer.received).toHaveLength(1);
    await expectNoState(fixture);
  });

  it("takes a NON", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const response = first(client, get({ confirmable: false }));
    await clock.advance(10);
    expect(peer.last.type).toBe(Type.NON);
    peer.send({ ...CONTENT, type: Type.NON });
    await clock.advance(20);
    expect(text(await response)).toBe("22 C");
    expect(peer.received).toHaveLength(1);
    await expectNoState(fixture);
  });
});

describe("matching (§5.3.2)", () => {
  const wrong: readonly [string, Script][] = [
    ["another token", { token: Uint8Array.of(1, 2, 3, 4) }],
    ["a token of another length", { token: Uint8Array.of(1) }],
    ["another message ID", { messageId: 0xbeef }],
    ["a token that goes on", { token: Uint8Array.of(0) }],
  ];
  it.each(wrong)("ignores an ACK with %s", async (_name, script) => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const response = first(client, get());
    await clock.advance(10);
    const { token } = peer.last;
    const isLonger = script.token?.[0] === 0;
    peer.send({ ...CONTENT, ...script, ...(isLonger ? { token: Uint8Array.of(...token, 0) } : {}) });
    await clock.advance(20);
    expect(client.counters).toMatchObject({ unmatched: 1, pendingRequests: 1, unacknowledged: 1 });
    peer.send({ ...CONTENT, payload: "right" });
    await clock.advance(20);
    expect(text(await response)).toBe("right");
    await expectNoState(fixture);
  });

  it("rejects a CON response that nobody awaits with RST, each time", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const stray: Script = { ...CONTENT, type: Type.CON, token: Uint8Array.of(9, 9, 9, 9) };
    const messageId = peer.send(stray);
    await clock.advance(20);
    peer.send({ ...stray, messageId });
    await clock.advance(20);
    expect(peer.received).toMatchObject(Array(2).fill({ type: Type.RST, messageId }));
    expect(client.counters.unmatched).toBe(1);
    await expectNoState(fixture);
  });

  it("ignores a NON response that nobody awaits", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    peer.send({ ...CONTENT, type: Type.NON, token: Uint8Array.of(9, 9, 9, 9) });
    await clock.advance(20);
    expect(peer.received).toHaveLength(0);
    expect(client.counters.unmatched).toBe(1);
    await expectNoState(fixture);
  });

  it("ignores an ACK to a NON, and an RST to one that was answered", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const response = first(client, get({ confirmable: false }));
    await clock.advance(10);
    peer.send(CONTENT);
    await clock.advance(20);
    expect(client.counters).toMatchObject({ unmatched: 1, pendingRequests: 1 });
    peer.send({ ...CONTENT, type: Type.NON });
    await clock.advance(20);
    await response;
    peer.send({ type: Type.RST });
    await clock.advance(20);
    expect(client.counters.unmatched).toBe(2);
    await expectNoState(fixture);
  });

  it("does not take a response from another peer", async () => {
    const fixture = await openClient();
    const { client, clock, network, peer } = fixture;
    const response = first(client, get());
    await clock.advance(10);
    const { sent } = network;
    const bytes = Uint8Array.of(0x54, Code.Content, 1, 1, ...peer.last.token, 0xff, 0x78);
    network.send("10.0.0.66:5683", "10.0.0.1:5683", bytes);
    await clock.advance(20);
    expect(sent.at(-1)?.from).toBe("10.0.0.66:5683");
    expect(client.counters).toMatchObject({ unmatched: 1, pendingRequests: 1 });
    peer.send(CONTENT);
    await clock.advance(20);
    expect(text(await response)).toBe("22 C");
    await expectNoState(fixture);
  });

  it("rejects what has a code of no known class", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const messageId = peer.send({ code: 0x65, type: Type.CON, token: Uint8Array.of(1) });
    peer.send({ code: 0xe1, type: Type.NON, token: Uint8Array.of(1) });
    await clock.advance(20);
    expect(peer.received).toMatchObject([{ type: Type.RST, messageId }]);
    expect(client.counters.malformed).toBe(2);
    await expectNoState(fixture);
  });
});

describe("critical options of responses (§5.4.1)", () => {
  const unknown: Script = { ...CONTENT, options: [{ number: 65_001, value: "?" }] };

  it("ignores a piggybacked response, so that the request is sent again, and names the option in the end", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    peer.onMessage = () => peer.send(unknown);
    const response = first(client, get());
    await clock.advance(LONG_MS);
    const error = await response.catch((reason: unknown) => reason);
    expect(isCoapkitError(error, "COAPKIT_ERR_TIMEOUT")).toBe(true);
    expect((error as Error).cause).toMatchObject({ message: expect.stringContaining("65001") });
    expect(peer.received).toHaveLength(5);
    expect(client.counters.responsesRejected).toBe(5);
    await expectNoState(fixture);
  });

  it("rejects a CON with RST and goes on waiting", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const response = first(client, get());
    await clock.advance(10);
    const { token } = peer.last;
    peer.send({});
    const messageId = peer.send({ ...unknown, type: Type.CON, token });
    await clock.advance(20);
    expect(peer.last).toMatchObject({ type: Type.RST, messageId });
    peer.send({ ...CONTENT, type: Type.NON, token });
    await clock.advance(20);
    expect(text(await response)).toBe("22 C");
    await expectNoState(fixture);
  });

  it("takes options that the registry defines", async () => {
    const optionRegistry = new OptionRegistry();
    optionRegistry.define({
      number: 65_001,
      name: "Acme",
      format: "string",
      minLength: 0,
      maxLength: 9,
      repeatable: false,
    });
    const fixture = await openClient({ optionRegistry });
    const { client, clock, peer } = fixture;
    peer.onMessage = () => peer.send(unknown);
    const response = first(client, get());
    await clock.advance(20);
    expect((await response).options.string(65_001)).toBe("?");
    await expectNoState(fixture);
  });
});
