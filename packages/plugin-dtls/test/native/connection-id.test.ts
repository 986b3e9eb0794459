import { afterEach, describe, expect, it } from "vitest";
import type { ConnectionIdOptions } from "../../src/native/context-options.js";
import { Flag } from "../../src/native/scratch-layout.js";
import { establishedPair, pskOptions } from "../native-support/credentials.js";
import { destroyContexts, engine, feed, opened, sealed } from "../native-support/harness.js";

afterEach(destroyContexts);

const TLS12_CID = 25;

function pairWith(server: ConnectionIdOptions | undefined, client: ConnectionIdOptions | undefined) {
  const options = pskOptions();
  return establishedPair({
    ...options,
    server: { ...options.server, connectionId: server },
    client: { ...options.client, connectionId: client },
  });
}

function find(context: number, datagram: Uint8Array): number {
  return engine.findByConnectionId(context, datagram, 0, datagram.length);
}

describe("connection IDs, RFC 9146", () => {
  it.each([
    [8, 0],
    [8, 5 + 1],
    [16, 16],
    [0, 8],
    [6, 8],
  ])("are %d bytes to the server and %d to the client", (ofServer, ofClient) => {
    const { client, server } = pairWith({ lengthBytes: ofServer }, { lengthBytes: ofClient });
    const [atServer, atClient] = [engine.info(server), engine.info(client)];
    expect([atServer.connectionId?.length, atClient.connectionId?.length]).toEqual([ofServer, ofClient]);
    expect(atServer.connectionId).toEqual(atClient.peerConnectionId);
    expect(atServer.peerConnectionId).toEqual(atClient.connectionId);
    const [up, down] = [sealed(client, "up"), sealed(server, "down")];
    expect([up[0], down[0]]).toEqual([ofServer > 0 ? TLS12_CID : 23, ofClient > 0 ? TLS12_CID : 23]);
    expect(Buffer.from(up.subarray(11, 11 + ofServer))).toEqual(Buffer.from(atServer.connectionId ?? []));
    expect([...opened(server, up), ...opened(client, down)]).toEqual(["up", "down"]);
  });

  it.each([
    [undefined, {}],
    [{}, undefined],
  ])("are not used where one side does not know them (%#)", (ofServer, ofClient) => {
    const { client, server } = pairWith(ofServer, ofClient);
    expect([engine.info(server).connectionId, engine.info(client).connectionId]).toEqual([undefined, undefined]);
    const datagram = sealed(client, "up");
    expect(datagram[0]).toBe(23);
    expect(opened(server, datagram)).toEqual(["up"]);
  });

  it("protect the handshake's last records, too", () => {
    const { sent } = pairWith({}, {});
    const last = sent.slice(-2).map(({ datagram }) => Buffer.from(datagram));
    for (const datagram of last) expect(datagram.includes(Buffer.from([TLS12_CID, 0xfe, 0xfd, 0, 1]))).toBe(true);
  });

  it("find the session of a peer whose address has changed, and move it with the newest record", () => {
    const { client, server, serverContext } = pairWith({}, { lengthBytes: 0 });
    const [first, second] = [sealed(client, "first"), sealed(client, "second")];
    const found = find(serverContext, second);
    expect(found).toBe(server);
    expect(feed(found, second).flags).toBe(Flag.authenticated | Flag.newest);
    expect(feed(found, first).flags).toBe(Flag.authenticated);
    expect(feed(found, second).flags).toBe(0);
    expect(opened(client, sealed(server, "down"))).toEqual(["down"]);
  });

  it("find no session where they are unknown, cut short, or of a session that is gone", () => {
    const { client, server, serverContext } = pairWith({}, {});
    const datagram = sealed(client, "up");
    const unknown = datagram.slice();
    unknown[12] = (unknown[12] ?? 0) ^ 1;
    expect(find(serverContext, unknown)).toBe(0);
    for (let length = 0; length < datagram.length; length++)
      expect(find(serverContext, datagram.subarray(0, length))).toBe(0);
    expect(find(serverContext, datagram)).toBe(server);
    engine.free(server);
    expect(find(serverContext, datagram)).toBe(0);
    expect(engine.counters(serverContext).droppedConnectionId).toBe(2);
  });

  it("once negotiated are demanded: records without, or with another one, are dropped", () => {
    const one = pairWith({}, {});
    const other = pairWith({}, {});
    const plain = Uint8Array.from([23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 9, 0, 20, ...new Uint8Array(20)]);
    expect(feed(one.server, plain).flags).toBe(0);
    expect(feed(one.server, sealed(other.client, "up")).flags).toBe(0);
    expect(engine.counters(one.serverContext).droppedConnectionId).toBe(2);
    expect(opened(one.server, sealed(one.client, "up"))).toEqual(["up"]);
  });

  it("begin with the prefix, and differ in the rest", () => {
    const prefix = new Uint8Array([0xaa, 7]);
    const ids = Array.from({ length: 20 }, () => {
      const { server } = pairWith({ lengthBytes: 8, prefix }, {});
      return Buffer.from(engine.info(server).connectionId ?? []).toString("hex");
    });
    expect(ids.every((id) => id.length === 16 && id.startsWith("aa07"))).toBe(true);
    expect(new Set(ids).size).toBe(20);
  });

  it("leave room for 16,383 bytes in a record: the type takes one", () => {
    const { client, server } = pairWith({}, {});
    const full = new Uint8Array(16_383).fill(65);
    expect(() => engine.write(client, new Uint8Array(16_384), 0, 16_384)).toThrow(RangeError);
    expect(opened(server, sealed(client, Buffer.from(full).toString()))).toEqual(["A".repeat(16_383)]);
  });
});
