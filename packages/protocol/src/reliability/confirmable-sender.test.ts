import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../test/support/seeded-random.js";
import { VirtualClock } from "../../test/support/virtual-clock.js";
import { transmissionParameters } from "../parameters/transmission-parameters.js";
import { ConfirmableSender, Outcome, type Renewal, Transmission } from "./confirmable-sender.js";

function setUp(settings: Parameters<typeof transmissionParameters>[0] = {}, fraction?: number) {
  const clock = new VirtualClock();
  const pins = new Map<number, number>();
  const sent: { peer: number; first: number; atMs: number }[] = [];
  const count = (peer: number, by: number) => pins.set(peer, (pins.get(peer) ?? 0) + by);
  const seeded = new SeededRandom();
  const sender = new ConfirmableSender({
    parameters: transmissionParameters(settings),
    clock,
    random: fraction === undefined ? seeded : { fraction: () => fraction, bytes: (length) => new Uint8Array(length) },
    peers: { pin: (peer) => count(peer, 1), unpin: (peer) => count(peer, -1) },
    transmit: (peer, datagram) => sent.push({ peer, first: datagram[0] as number, atMs: clock.nowMs() }),
  });
  const ended: string[] = [];
  const send = (peer: number, messageId: number, onEnd?: () => void, renew?: () => Renewal | undefined) => {
    const transmission = new Transmission(
      peer,
      messageId,
      Uint8Array.of(messageId),
      (outcome) => {
        ended.push(`${messageId} ${outcome}`);
        onEnd?.();
      },
      renew,
    );
    sender.send(transmission);
    return transmission;
  };
  const expectNoState = () => {
    expect(sender.counters).toMatchObject({ unacknowledged: 0, queued: 0 });
    expect([...pins.values()].every((value) => value === 0)).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  };
  return { clock, sender, sent, ended, send, pins, expectNoState };
}

describe("ConfirmableSender", () => {
  it.each([
    [0, [0, 2_000, 6_000, 14_000, 30_000], 62_000],
    [0.5, [0, 2_500, 7_500, 17_500, 37_500], 77_500],
  ])(
    "retransmits at doubling intervals with jitter %d, and gives up at the end of the last",
    async (jitter, times, end) => {
      const { clock, send, sent, ended, expectNoState } = setUp({}, jitter);
      send(0, 1);
      await clock.advance(end - 1);
      expect(sent.map(({ atMs }) => atMs)).toEqual(times);
      expect(ended).toEqual([]);
      await clock.advance(1);
      expect(ended).toEqual([`1 ${Outcome.TimedOut}`]);
      expectNoState();
    },
  );

  it("draws the first wait from ACK_TIMEOUT to ACK_TIMEOUT times ACK_RANDOM_FACTOR", async () => {
    const { clock, send, sent, sender, expectNoState } = setUp();
    for (let peer = 0; peer < 200; peer++) send(peer, 1);
    await clock.advance(3_000);
    const waits = sent.slice(200).map(({ atMs }) => atMs);
    expect(waits).toHaveLength(200);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(2_000);
    expect(Math.min(...waits)).toBeLessThan(2_050);
    expect(Math.max(...waits)).toBeGreaterThan(2_950);
    sender.cancelAll();
    expectNoState();
  });

  it("does not retransmit with MAX_RETRANSMIT 0", async () => {
    const { clock, send, sent, ended, expectNoState } = setUp({ maxRetransmit: 0 }, 0);
    send(0, 1);
    await clock.advance(2_000);
    expect(sent).toHaveLength(1);
    expect(ended).toEqual([`1 ${Outcome.TimedOut}`]);
    expectNoState();
  });

  it.each([Outcome.Acknowledged, Outcome.Reset])("ends once with %s, for its own peer and message ID", (outcome) => {
    const { send, sender, ended, expectNoState } = setUp();
    send(3, 7);
    expect(sender.settle(4, 7, outcome)).toBe(false);
    expect(sender.settle(3, 8, outcome)).toBe(false);
    expect(sender.settle(3, 7, outcome)).toBe(true);
    expect(sender.settle(3, 7, outcome)).toBe(false);
    expect(ended).toEqual([`7 ${outcome}`]);
    expectNoState();
  });

  it.each([1, 2, 3])("has at most NSTART %d in flight to a peer, and keeps their order", (nstart) => {
    const { send, sender, sent, expectNoState } = setUp({ nstart });
    for (let id = 1; id <= 5; id++) send(0, id);
    send(1, 9);
    expect(sent.map(({ first }) => first)).toEqual([...[1, 2, 3].slice(0, nstart), 9]);
    expect(sender.counters).toMatchObject({ unacknowledged: nstart + 1, queued: 5 - nstart });
    expect(sender.waitingFor(0)).toBe(5 - nstart);
    for (let id = 1; id <= 5; id++) sender.settle(0, id, Outcome.Acknowledged);
    sender.settle(1, 9, Outcome.Acknowledged);
    expect(sent.filter(({ peer }) => peer === 0).map(({ first }) => first)).toEqual([1, 2, 3, 4, 5]);
    expectNoState();
  });

  it("starts the next when one times out", async () => {
    const { clock, send, sent, expectNoState } = setUp({ maxRetransmit: 0 }, 0);
    send(0, 1);
    send(0, 2);
    await clock.advance(2_000);
    expect(sent.map(({ first }) => first)).toEqual([1, 2]);
    await clock.advance(2_000);
    expectNoState();
  });

  it("gives up what is in flight, what waits, and nothing that has ended", () => {
    const { send, sender, sent, ended, expectNoState } = setUp();
    const [first, second, third] = [send(0, 1), send(0, 2), send(0, 3)];
    sender.cancel(second);
    sender.cancel(second);
    sender.cancel(first);
    sender.cancel(first);
    expect(sent.map(({ first: byte }) => byte)).toEqual([1, 3]);
    sender.settle(0, 3, Outcome.Acknowledged);
    sender.cancel(third);
    expect(ended).toEqual(["2 cancelled", "1 cancelled", "3 acknowledged"]);
    expectNoState();
  });

  it("lets what is sent from an end wait behind what waits already", () => {
    const { send, sender, sent, expectNoState } = setUp();
    let again = 3;
    const onEnd = () => void (again > 0 && send(0, 10 + again--, onEnd));
    send(0, 1, onEnd);
    send(0, 2);
    send(0, 3);
    for (const id of [1, 2, 3, 13, 12, 11]) expect(sender.settle(0, id, Outcome.Acknowledged)).toBe(true);
    expect(sent.map(({ first }) => first)).toEqual([1, 2, 3, 13, 12, 11]);
    expectNoState();
  });

  it("keeps its count when an end gives up others of the peer and begins anew", () => {
    const { send, sender, ended, pins, expectNoState } = setUp({ nstart: 2 });
    const others: Transmission[] = [];
    send(0, 1, () => {
      for (const other of others) sender.cancel(other);
      send(0, 9);
    });
    others.push(send(0, 2), send(0, 3));
    sender.settle(0, 1, Outcome.TimedOut);
    expect(sender.counters).toMatchObject({ unacknowledged: 1, queued: 0 });
    expect(pins.get(0)).toBe(1);
    expect(sender.settle(0, 9, Outcome.Acknowledged)).toBe(true);
    expect(ended).toEqual(["1 timed out", "2 cancelled", "3 cancelled", "9 acknowledged"].sort(byEnd(ended)));
    expectNoState();
  });

  it("gives everything up at once", () => {
    const { send, sender, ended, expectNoState } = setUp();
    for (let id = 1; id <= 4; id++) send(id % 2, id);
    sender.cancelAll();
    expect(ended).toHaveLength(4);
    expectNoState();
  });

  it("sends a renewal in the place of a retransmission, with its message ID and the time-outs of the first", async () => {
    const { clock, send, sender, sent, ended, expectNoState } = setUp({}, 0);
    const renewals: Renewal[] = [{ messageId: 50, datagram: Uint8Array.of(50) }];
    send(0, 1, undefined, () => renewals.pop());
    await clock.advance(6_000);
    expect(sent.map(({ first, atMs }) => [first, atMs])).toEqual([
      [1, 0],
      [50, 2_000],
      [50, 6_000],
    ]);
    expect(sender.settle(0, 1, Outcome.Acknowledged)).toBe(false);
    expect(sender.settle(0, 50, Outcome.Acknowledged)).toBe(true);
    expect(ended).toHaveLength(1);
    expectNoState();
  });

  it("sends a renewal in the place of what waited for its turn", () => {
    const { send, sender, sent, expectNoState } = setUp();
    send(0, 1);
    send(0, 2, undefined, () => ({ messageId: 60, datagram: Uint8Array.of(60) }));
    sender.settle(0, 1, Outcome.Acknowledged);
    expect(sent.map(({ first }) => first)).toEqual([1, 60]);
    sender.settle(0, 60, Outcome.Acknowledged);
    expectNoState();
  });
});

function byEnd(order: readonly string[]) {
  return (a: string, b: string) => order.indexOf(a) - order.indexOf(b);
}
