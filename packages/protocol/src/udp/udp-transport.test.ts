import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { isCoapkitError } from "../errors/coapkit-error.js";
import { PeerDirectory, type PeerId } from "../peer/peer-directory.js";
import { BindError } from "./bind-error.js";
import type { UdpTransport, UdpUnicastTransport } from "./transport-interfaces.js";
import type { UdpOptions, UdpWarning } from "./udp-options.js";
import { udpTransport } from "./udp-transport.js";

const HELLO = Uint8Array.of(9, 9, 0x50, 0, 0, 1, 9);

interface Received {
  readonly bytes: readonly number[];
  readonly peer: PeerId;
}

/** Datagrams as they come in, to be awaited one by one. */
class Inbox {
  readonly all: Received[] = [];
  #wake: () => void = () => undefined;

  readonly onBatch = (buffer: Uint8Array, index: Int32Array, count: number): void => {
    for (let i = 0; i < count; i++) {
      const [start, end, peer = -1] = index.subarray(3 * i);
      this.all.push({ bytes: [...buffer.subarray(start, end)], peer });
    }
    this.#wake();
  };

  async take(): Promise<Received> {
    while (this.all.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.all.shift() as Received;
  }
}

const closers: (() => Promise<unknown>)[] = [];

function make(options: UdpOptions): UdpUnicastTransport {
  const transport = udpTransport(options);
  closers.push(() => transport.close());
  return transport;
}

async function opened(options: UdpOptions, capacity = 8) {
  const peers = new PeerDirectory(capacity, () => undefined);
  const inbox = new Inbox();
  const transport = make(options);
  const bound = await transport.open(peers, inbox.onBatch);
  return { transport, bound, peers, inbox };
}

async function rawSocket(type: "udp4" | "udp6", address: string): Promise<Socket> {
  const socket = createSocket(type);
  socket.bind(0, address);
  await once(socket, "listening");
  closers.push(() => new Promise<void>((resolve) => socket.close(resolve)));
  return socket;
}

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Node drops a closed handle at the end of a turn of the event loop. */
async function openSockets(): Promise<number> {
  for (let turns = 0; turns < 2; turns++) await new Promise((resolve) => setImmediate(resolve));
  return process.getActiveResourcesInfo().filter((type) => type === "UDPWrap").length;
}

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  expect(await openSockets()).toBe(0);
});

describe("udpTransport", () => {
  it.each([
    ["udp4", "127.0.0.1", "127.0.0.1"],
    ["udp6", "::1", "::1"],
    ["dual stack with an IPv4 peer", "::", "127.0.0.1"],
    ["dual stack with an IPv6 peer", "::", "::1"],
  ])("carries datagrams both ways over %s", async (_, host, address) => {
    const { transport, bound, peers, inbox } = await opened({ host });
    const raw = await rawSocket(address.includes(":") ? "udp6" : "udp4", address);
    raw.send(HELLO, 2, 2, bound.port, address);
    const { bytes, peer } = await inbox.take();
    expect(bytes).toEqual([0x50, 0]);
    expect([peers.addressOf(peer), peers.portOf(peer)]).toEqual([address, raw.address().port]);
    expect(await transport.resolve(address, raw.address().port)).toBe(peer);

    transport.send(peer, HELLO, 2, 6);
    const [reply, source] = (await once(raw, "message")) as [Buffer, { port: number }];
    expect([[...reply], source.port]).toEqual([[0x50, 0, 0, 1], bound.port]);
    expect(transport.counters).toEqual({
      receivedDatagrams: 1,
      sentDatagrams: 1,
      unsendableSources: 0,
      refusedPeers: 0,
      sendErrors: 0,
      socketErrors: 0,
    });
    expect(transport.pendingSends).toBe(0);
  });

  it("tells where it is bound", async () => {
    const { bound, transport } = await opened({});
    expect(bound).toEqual({ scheme: "coap", address: "::", port: expect.any(Number) });
    expect(bound.port).toBeGreaterThan(0);
    expect([transport.scheme, transport.kind, transport.isMulticast]).toEqual(["coap", "datagram", false]);
    expect((await opened({ host: "localhost" })).bound.address).toMatch(/^(127\.0\.0\.1|::1)$/);
  });

  it("drops and counts datagrams of new peers while all that fit are pinned", async () => {
    const { transport, bound, peers, inbox } = await opened({ host: "127.0.0.1" }, 1);
    const known = await rawSocket("udp4", "127.0.0.1");
    const stranger = await rawSocket("udp4", "127.0.0.1");
    known.send("1", bound.port, "127.0.0.1");
    peers.pin((await inbox.take()).peer);
    await new Promise((resolve) => stranger.send("2", bound.port, "127.0.0.1", resolve));
    known.send("3", bound.port, "127.0.0.1");
    expect((await inbox.take()).bytes).toEqual([0x33]);
    expect(transport.counters).toMatchObject({ receivedDatagrams: 3, refusedPeers: 1 });
    const error = await errorOf(transport.resolve("127.0.0.1", stranger.address().port));
    expect(error).toMatchObject({ code: "COAPKIT_ERR_RESOLVE", message: expect.stringContaining("no room") });
  });

  it("counts what cannot be sent, and never throws", async () => {
    const { transport } = await opened({ host: "127.0.0.1" });
    const peer = await transport.resolve("127.0.0.1", 9);
    transport.send(peer, new Uint8Array(70_000), 0, 70_000);
    transport.send(5, HELLO, 0, 4);
    expect(transport.counters).toMatchObject({ sentDatagrams: 0, sendErrors: 2 });
    await transport.close();
    transport.send(peer, HELLO, 0, 4);
    expect(transport.counters).toMatchObject({ sentDatagrams: 0, sendErrors: 3 });
    expect(transport.pendingSends).toBe(0);
  });

  it("warns once, with numbers, where less receive buffer is granted", async () => {
    const warnings: UdpWarning[] = [];
    await opened({ host: "127.0.0.1", receiveBufferBytes: 2 ** 30, onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.fields).toEqual({ askedBytes: 2 ** 30, grantedBytes: expect.any(Number) });
    expect(warnings[0]?.fields.grantedBytes).toBeLessThan(2 ** 30);
    await opened({ host: "127.0.0.1", receiveBufferBytes: 65_536, onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toHaveLength(1);
  });
});

describe("udpTransport resolve", () => {
  it("looks names up in the family of the socket", async () => {
    const v4 = await opened({ host: "127.0.0.1" });
    expect(v4.peers.addressOf(await v4.transport.resolve("localhost", 1))).toBe("127.0.0.1");
  });

  it("gives one peer for all spellings of an address", async () => {
    const { transport, peers } = await opened({});
    const peer = await transport.resolve("FD00:0:0::0002", 1);
    expect(peers.addressOf(peer)).toBe("fd00::2");
    expect(await transport.resolve("fd00::2", 1)).toBe(peer);
    expect(await transport.resolve("::ffff:127.0.0.1", 1)).toBe(await transport.resolve("127.0.0.1", 1));
  });

  it.each([
    ["127.0.0.1", "::1", 1, "bound to 127.0.0.1"],
    ["::1", "127.0.0.1", 1, "bound to ::1"],
    ["127.0.0.1", "no-such-name.invalid", 1, "no-such-name.invalid"],
    ["127.0.0.1", "127.0.0.1", 0, "port 0"],
    ["127.0.0.1", "127.0.0.1", 65_536, "port 65536"],
  ])("from %s refuses %s port %i", async (host, target, port, text) => {
    const { transport } = await opened({ host });
    const error = await errorOf(transport.resolve(target, port));
    expect(error).toMatchObject({ code: "COAPKIT_ERR_RESOLVE", message: expect.stringContaining(text) });
  });

  it("needs an open transport", async () => {
    expect(await errorOf(make({}).resolve("127.0.0.1", 1))).toMatchObject({ code: "COAPKIT_ERR_CLOSED" });
  });

  it.runIf(linkLocal() !== undefined)("takes a zone by number and by name, and reaches the peer", async () => {
    const { address, zone, scopeid } = linkLocal() as LinkLocal;
    const { transport, bound, peers, inbox } = await opened({});
    const peer = await transport.resolve(`${address}%${scopeid}`, bound.port);
    expect(peers.addressOf(peer)).toBe(`${address}%${zone}`);
    transport.send(peer, HELLO, 2, 6);
    expect((await inbox.take()).peer).toBe(peer);
  });
});

describe("udpTransport open and close", () => {
  it.each([
    ["EADDRNOTAVAIL", { host: "192.0.2.99" }],
    ["EADDRNOTAVAIL", { host: "2001:db8::99" }],
    ["ENOTFOUND", { host: "no-such-name.invalid" }],
  ])("fails with %s and the address for %o", async (code, options) => {
    const error = await errorOf(make(options).open(new PeerDirectory(1, () => undefined), () => undefined));
    expect(error).toBeInstanceOf(BindError);
    expect(error).toMatchObject({ address: options.host, port: 0, message: expect.stringContaining(options.host) });
    if (code !== "ENOTFOUND") expect(error).toMatchObject({ cause: { code } });
  });

  it("names the port that is taken", async () => {
    const { bound } = await opened({ host: "127.0.0.1" });
    const second = make({ host: "127.0.0.1", port: bound.port });
    const error = await errorOf(second.open(new PeerDirectory(1, () => undefined), () => undefined));
    expect(isCoapkitError(error, "COAPKIT_ERR_BIND")).toBe(true);
    expect(error).toMatchObject({
      cause: { code: "EADDRINUSE" },
      message: expect.stringMatching(`^Cannot bind 127.0.0.1:${bound.port}: EADDRINUSE, another socket has it`),
    });
  });

  it.each([70_000, -1, 1.5])("refuses port %d, which Node would cut down to another one", async (port) => {
    const error = await errorOf(make({ port }).open(new PeerDirectory(1, () => undefined), () => undefined));
    expect(error).toMatchObject({ code: "COAPKIT_ERR_BIND", message: expect.stringContaining("0 to 65535") });
  });

  it("opens once", async () => {
    const { transport, peers, inbox } = await opened({ host: "127.0.0.1" });
    expect(await errorOf(transport.open(peers, inbox.onBatch))).toMatchObject({ code: "COAPKIT_ERR_CLOSED" });
    await transport.close();
    await transport.close();
    expect(await errorOf(transport.open(peers, inbox.onBatch))).toMatchObject({ code: "COAPKIT_ERR_CLOSED" });
  });

  it("lets go of the socket also when it is closed while it opens", async () => {
    const transport = make({ host: "localhost" });
    const opening = transport.open(new PeerDirectory(1, () => undefined), () => undefined);
    await transport.close();
    await opening;
    expect(await openSockets()).toBe(0);
  });

  it("frees the port", async () => {
    const { transport, bound } = await opened({ host: "127.0.0.1" });
    await transport.close();
    expect((await opened({ host: "127.0.0.1", port: bound.port })).bound.port).toBe(bound.port);
  });
});

describe("udpTransport multicast", () => {
  const external = Object.entries(networkInterfaces()).find(([, entries]) =>
    entries?.some(({ internal }) => !internal),
  );
  const hasIpv4 = external?.[1]?.some(({ family }) => family === "IPv4") ?? false;
  const hasIpv6 = external?.[1]?.some(({ family }) => family === "IPv6") ?? false;

  async function openedGroups(options: UdpOptions) {
    const unicast = await opened(options);
    const groups = unicast.transport.multicast as UdpTransport;
    const groupInbox = new Inbox();
    const bound = await groups.open(unicast.peers, groupInbox.onBatch);
    return { ...unicast, groups, groupInbox, groupBound: bound };
  }

  async function sender(type: "udp4" | "udp6", zone: string): Promise<Socket> {
    const socket = await rawSocket(type, type === "udp4" ? "0.0.0.0" : "::");
    socket.setMulticastInterface(zone);
    return socket;
  }

  it.each([
    ["127.0.0.1", "127.0.0.1"],
    ["0.0.0.0", "127.0.0.1"],
    ["::", "127.0.0.1"],
  ])(
    "on %s tells a request to an IPv4 group from one to its own address, and replies from that",
    async (host, source) => {
      const { transport, groups, bound, inbox, groupInbox } = await openedGroups({
        host,
        multicast: { groups: ["224.0.1.187"], interface: "lo" },
      });
      const raw = await sender("udp4", source);
      raw.send("group", bound.port, "224.0.1.187");
      const { bytes, peer } = await groupInbox.take();
      expect(String.fromCharCode(...bytes)).toBe("group");
      raw.send("self", bound.port, source);
      const direct = await inbox.take();
      expect(String.fromCharCode(...direct.bytes)).toBe("self");
      expect(direct.peer).toBe(peer);
      expect([inbox.all, groupInbox.all]).toEqual([[], []]);

      groups.send(peer, HELLO, 2, 6);
      const [, from] = (await once(raw, "message")) as [Buffer, { address: string; port: number }];
      expect(from).toMatchObject({ address: source, port: bound.port });
      expect([groups.isMulticast, groups.counters.receivedDatagrams, transport.counters.sentDatagrams]).toEqual([
        true,
        1,
        1,
      ]);
    },
  );

  it.runIf(hasIpv6).each(["ff02::fd", "ff05::fd"])("receives %s once on a wildcard socket", async (group) => {
    const zone = external?.[0] as string;
    const { bound, inbox, groupInbox } = await openedGroups({ host: "::", multicast: { interface: zone } });
    const raw = await sender("udp6", `::%${zone}`);
    await new Promise((resolve) => raw.send("group", bound.port, `${group}%${zone}`, resolve));
    expect((await groupInbox.take()).bytes).toHaveLength(5);
    raw.send("self", bound.port, "::1");
    expect((await inbox.take()).bytes).toHaveLength(4);
    expect([inbox.all, groupInbox.all]).toEqual([[], []]);
  });

  it.runIf(hasIpv4)("joins All CoAP Nodes on every external interface by itself", async () => {
    const { groupBound, groups } = await openedGroups({ host: "0.0.0.0", multicast: {} });
    expect(groupBound).toMatchObject({ scheme: "coap", address: "224.0.1.187" });
    await groups.close();
    expect(await errorOf(groups.open(new PeerDirectory(1, () => undefined), () => undefined))).toMatchObject({
      code: "COAPKIT_ERR_CLOSED",
    });
  });

  it("still finds out that a wildcard's port is taken", async () => {
    const { bound } = await openedGroups({ host: "0.0.0.0", multicast: { interface: "lo" } });
    const second = make({ host: "0.0.0.0", port: bound.port, multicast: { interface: "lo" } });
    const error = await errorOf(second.open(new PeerDirectory(1, () => undefined), () => undefined));
    expect(error).toMatchObject({ code: "COAPKIT_ERR_BIND", cause: { code: "EADDRINUSE" } });
  });

  it.each([
    [{ interface: "no-such" }, "no interface"],
    [{ groups: ["ff05::fd"], interface: "lo" }, "another family"],
    [{ groups: ["127.0.0.1"], interface: "lo" }, "127.0.0.1"],
  ])("refuses %o", async (multicast, text) => {
    const { transport, peers } = await opened({ host: "127.0.0.1", multicast });
    const error = await errorOf((transport.multicast as UdpTransport).open(peers, () => undefined));
    expect(error).toMatchObject({ code: "COAPKIT_ERR_BIND", message: expect.stringContaining(text) });
  });

  it("is there only where it is asked for", () => {
    expect(make({}).multicast).toBeUndefined();
  });
});

interface LinkLocal {
  readonly address: string;
  readonly zone: string;
  readonly scopeid: number;
}

function linkLocal(): LinkLocal | undefined {
  for (const [zone, entries] of Object.entries(networkInterfaces())) {
    const entry = entries?.find(({ address }) => address.startsWith("fe80:"));
    if (entry?.family === "IPv6") return { address: entry.address, zone, scopeid: entry.scopeid ?? 0 };
  }
  return undefined;
}
