import assert from "node:assert/strict";
import { DEFAULT_PORTS, isCoapkitError, PeerDirectory } from "@coapkit/protocol";
import type { BenchCase } from "./exchange-cases.js";

/** What the contract asks of opening, resolving and closing. */
export const LIFECYCLE_CASES: readonly BenchCase[] = [
  [
    "says what it is, and which port it took where any would do",
    async (bench) => {
      const { transport, bound } = await bench.open();
      assert.ok(transport.scheme in DEFAULT_PORTS, `The contract wants a CoAP scheme; found ${transport.scheme}.`);
      assert.equal(bound.scheme, transport.scheme);
      assert.ok(bound.port > 0 && bound.port < 65_536, `The contract wants the port in use; found ${bound.port}.`);
      assert.ok(!bound.address.includes("["), `The contract wants addresses without brackets; found ${bound.address}.`);
    },
  ],
  [
    "refuses a port that is taken",
    async (bench) => {
      const { bound } = await bench.open();
      await rejects(bench.open(bound.port), "COAPKIT_ERR_BIND", "open on a taken port");
    },
  ],
  [
    "opens once",
    async (bench) => {
      const { transport } = await bench.open();
      await rejects(open(transport), "COAPKIT_ERR_CLOSED", "a second open");
    },
  ],
  [
    "refuses names and ports that lead nowhere",
    async (bench) => {
      const { transport } = await bench.open();
      await rejects(
        transport.resolve("no-such-host.invalid", 5683),
        "COAPKIT_ERR_RESOLVE",
        "resolve of an unknown name",
      );
      await rejects(transport.resolve(bench.subject.host, 0), "COAPKIT_ERR_RESOLVE", "resolve of port 0");
      await rejects(transport.resolve(bench.subject.host, 65_536), "COAPKIT_ERR_RESOLVE", "resolve of port 65536");
    },
  ],
  [
    "resolves nothing before it is open, and does not open after it was closed",
    async (bench) => {
      const transport = bench.make();
      await rejects(transport.resolve(bench.subject.host, 5683), "COAPKIT_ERR_CLOSED", "resolve before open");
      await transport.close();
      await rejects(open(transport), "COAPKIT_ERR_CLOSED", "open after close");
    },
  ],
  [
    "receives and sends nothing once it is closed, and closes twice",
    async (bench) => {
      const a = await bench.open();
      const b = await bench.open();
      const [toB, toA] = [await bench.peerOf(a, b), await bench.peerOf(b, a)];
      await b.transport.close();
      await b.transport.close();
      a.transport.send(toB, Uint8Array.of(1), 0, 1);
      b.transport.send(toA, Uint8Array.of(1), 0, 1);
      for (let turns = 0; turns < 3; turns++) await bench.settle();
      assert.deepEqual([a.received, b.received], [[], []], "The contract wants nothing to arrive after close.");
    },
  ],
  [
    "lets go of its port",
    async (bench) => {
      const { transport, bound } = await bench.open();
      await transport.close();
      const refusal: unknown = await bench.open(bound.port).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.equal(refusal, undefined, `The contract wants close to let go of its port; then: ${String(refusal)}.`);
    },
  ],
];

function open(transport: { open(peers: PeerDirectory, onBatch: () => void): Promise<unknown> }): Promise<unknown> {
  return transport.open(new PeerDirectory(1, () => undefined), () => undefined);
}

async function rejects(promise: Promise<unknown>, code: string, what: string): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(
    isCoapkitError(error, code),
    `The contract wants ${what} to reject with ${code}; it gave ${String(error)}.`,
  );
}
