import { afterEach, describe, expect, it } from "vitest";
import { optionsFor, SUITES } from "../native-support/credentials.js";
import { destroyContexts, engine, opened, sealed } from "../native-support/harness.js";
import { Pair, type Side } from "../native-support/pair.js";
import { ContentType, recordsOf } from "./known-session.js";

afterEach(destroyContexts);

const CID = { lengthBytes: 8 };
const CASES = SUITES.flatMap(([suite]) => [undefined, CID].map((connectionId) => [suite, connectionId] as const));

/** A handshake that stands still before the ChangeCipherSpec of one side, and the records of its datagram. */
function heldBack(suite: (typeof SUITES)[number][0], connectionId: typeof CID | undefined, to: Side) {
  let held: Uint8Array | undefined;
  const pair = new Pair({
    ...optionsFor(suite, connectionId),
    loses: (side, _index, datagram) => {
      const types = recordsOf([datagram], connectionId?.lengthBytes).map(({ type }) => type);
      const isHeld = side === to && held === undefined && types.includes(ContentType.changeCipherSpec);
      if (isHeld) held = datagram;
      return isHeld;
    },
  }).handshake(0);
  expect(pair.isEstablished).toBe(false);
  return { pair, records: recordsOf([held ?? new Uint8Array()], connectionId?.lengthBytes) };
}

function deliver(pair: Pair, to: Side, records: readonly { readonly whole: Buffer }[]): void {
  for (const { whole } of records) pair.deliver(to, whole);
  pair.run(0);
}

const talks = ({ client, server }: Pair) => [
  ...opened(server, sealed(client, "up")),
  ...opened(client, sealed(server, "down")),
];

describe.each(CASES)("%s (connection ID: %o): the last records of a handshake", (suite, connectionId) => {
  it.each(["server", "client"] as const)("may come to the %s in the reverse order", (to) => {
    const { pair, records } = heldBack(suite, connectionId, to);
    deliver(pair, to, records.toReversed());
    if (!pair.isEstablished) deliver(pair, to, records); // those that OpenSSL does not keep come again
    pair.run(120_000);
    expect([pair.isEstablished, talks(pair)]).toEqual([true, ["up", "down"]]);
  });

  it.each(["server", "client"] as const)("may come to the %s several times each", (to) => {
    const { pair, records } = heldBack(suite, connectionId, to);
    deliver(
      pair,
      to,
      records.flatMap((record) => [record, record]),
    );
    expect([pair.isEstablished, talks(pair)]).toEqual([true, ["up", "down"]]);
  });

  it("are taken after Finished came first, was kept, and is not sent again", () => {
    const { pair, records } = heldBack(suite, connectionId, "server");
    const [finished, ...before] = records.toReversed();
    deliver(pair, "server", finished === undefined ? [] : [finished, ...before.toReversed()]);
    expect([pair.isEstablished, pair.nowMs, talks(pair)]).toEqual([true, 0, ["up", "down"]]);
  });

  it("are not kept where they do not fit, and the handshake goes on when they come again", () => {
    const { pair, records } = heldBack(suite, connectionId, "server");
    const [finished, ...before] = records.toReversed();
    const garbage = Buffer.from(finished?.whole ?? []);
    garbage[garbage.length - 1] = (garbage.at(-1) ?? 0) ^ 1;
    for (let size = 0; size < 1_024; size += garbage.length) pair.deliver("server", garbage);
    deliver(pair, "server", finished === undefined ? [] : [finished, ...before.toReversed()]);
    expect(engine.info(pair.server).stage).toBe("finished");
    pair.run(120_000);
    expect([pair.isEstablished, talks(pair)]).toEqual([true, ["up", "down"]]);
  });

  it("come before application data, which is dropped until then", () => {
    const { pair, records } = heldBack(suite, connectionId, "client");
    const early = sealed(pair.server, "early");
    expect(pair.deliver("client", early)).toMatchObject({ plaintexts: [], datagrams: [] });
    deliver(pair, "client", records);
    expect(opened(pair.client, early)).toEqual([]);
    expect([pair.isEstablished, talks(pair)]).toEqual([true, ["up", "down"]]);
  });
});
