import { afterEach, describe, expect, it } from "vitest";
import type { DtlsContextOptions } from "../../src/native/context-options.js";
import { Scratch } from "../../src/native/scratch-layout.js";
import { unsupportedRuntime } from "../../src/native/unsupported-runtime.js";
import { establishedPair, pskOptions } from "../native-support/credentials.js";
import { certificatesOf } from "../native-support/fixtures.js";
import {
  connect,
  createContext,
  destroyContexts,
  engine,
  feed,
  opened,
  outputOf,
  SCRATCH,
  sealed,
} from "../native-support/harness.js";
import { Pair } from "../native-support/pair.js";

afterEach(destroyContexts);

const preSharedKeys = {};
const as = <T>(value: unknown) => value as T;

describe("createContext", () => {
  it.each<readonly [DtlsContextOptions, string]>([
    [{}, "one of preSharedKeys, certificates and rawPublicKeys is needed"],
    [as({ preSharedKeys: "yes" }), "preSharedKeys. must be an object"],
    [as({ preSharedKeys, cipherSuites: ["TLS_RSA_WITH_AES_128_CBC_SHA"] }), "an array of known cipher suites"],
    [
      { preSharedKeys, cipherSuites: ["TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"] },
      "needs keys that the options do not have",
    ],
    [as({ preSharedKeys, mtuBytes: "large" }), "mtuBytes must be a whole number"],
    [{ preSharedKeys, mtuBytes: 100 }, "mtuBytes must be 256 to 16384"],
    [{ preSharedKeys, retransmitInitialMs: 0 }, "retransmitInitialMs must be 1 to 60000"],
    [{ preSharedKeys, connectionId: { lengthBytes: 17 } }, "must be 0 to 16"],
    [{ preSharedKeys, connectionId: { lengthBytes: 5 } }, "must leave 6 random bytes"],
    [{ preSharedKeys: { identityHint: "h".repeat(129) } }, "at most 128 bytes"],
    [as({ certificates: { clientCertificate: "maybe" } }), 'certificates.clientCertificate must be "none"'],
    [
      { certificates: certificatesOf("server"), rawPublicKeys: { privateKey: "", acceptedPeers: [] } },
      "exclude each other",
    ],
  ])("refuses options that make no sense (%#)", (options, reason) => {
    expect(() => createContext(options)).toThrow(reason);
  });

  it("refuses a scratch buffer that is too small, and callbacks that are no functions", () => {
    expect(() => engine.createContext({ preSharedKeys }, new Uint8Array(1000))).toThrow(RangeError);
    expect(() => createContext({ preSharedKeys }, as({ onKeyLog: 1 }))).toThrow("onKeyLog must be a function");
  });

  it("passes on what a getter of the options throws", () => {
    const options = {
      get preSharedKeys(): never {
        throw new Error("from the getter");
      },
    };
    expect(() => createContext(options)).toThrow("from the getter");
  });
});

describe("connect", () => {
  it.each([
    [{ pskIdentity: "a" }, "belong together"],
    [{ pskKey: new Uint8Array(4) }, "belong together"],
    [{}, "pskIdentity and pskKey are needed"],
    [{ pskIdentity: "a".repeat(256), pskKey: new Uint8Array(4) }, "1 to 255 bytes"],
    [{ pskIdentity: "a\0b", pskKey: new Uint8Array(4) }, "none of them 0"],
    [{ pskIdentity: "a", pskKey: new Uint8Array(65) }, "1 to 64 bytes"],
  ])("refuses options that make no sense (%#)", (options, reason) => {
    expect(() => connect(createContext({ preSharedKeys }), options)).toThrow(reason);
  });
});

describe("calls", () => {
  it("throw for numbers that nobody has, and for bytes outside of the buffer", () => {
    const { server } = establishedPair();
    for (const number of [0, 99_999, 2 ** 31])
      expect(() => engine.timeout(number)).toThrow("No session has the number");
    expect(() => engine.timeout(as("1"))).toThrow("Argument 0 must be a whole number");
    expect(() => engine.feed(server, new Uint8Array(4), 2, 5)).toThrow("Bytes 2 to 5 are not within the 4");
    expect(() => engine.feed(server, new Uint8Array(4), 3, 2)).toThrow(RangeError);
    expect(() => engine.feed(server, as(new Float64Array(4)), 0, 4)).toThrow("Argument 1 must be a Uint8Array");
    expect(() => engine.rotate(99_999)).toThrow("No context has the number");
  });

  it("refuse peer keys that are empty or long", () => {
    const context = createContext({ preSharedKeys });
    for (const length of [0, 256]) {
      expect(() => engine.listen(context, new Uint8Array(length), new Uint8Array(9), 0, 9)).toThrow(RangeError);
    }
  });

  it("of write need an established session", () => {
    const pair = new Pair({ ...pskOptions(), loses: () => true }).handshake(0);
    expect(() => engine.write(pair.client, new Uint8Array(1), 0, 1)).toThrow("not established");
  });

  it("of write take plaintext from the scratch buffer itself", () => {
    const { client, server } = establishedPair();
    const { plaintexts } = feed(server, sealed(client, "echo"));
    expect(plaintexts.length).toBe(1);
    const start = Scratch.firstFrame + Scratch.frameHead;
    const echo = outputOf(engine.write(server, SCRATCH, start, start + "echo".length));
    expect(opened(client, echo.datagrams[0] ?? new Uint8Array())).toEqual(["echo"]);
  });
});

describe("callbacks", () => {
  it("must not call the engine, and what they throw comes out of the call", () => {
    const seen: unknown[] = [];
    const onKeyLog = () => {
      try {
        engine.rotate(1);
      } catch (error) {
        seen.push(error);
      }
      throw new Error("from the callback");
    };
    const pair = new Pair({ ...pskOptions(), callbacks: { onKeyLog } });
    expect(() => pair.handshake()).toThrow("from the callback");
    expect(String(seen[0])).toContain("called from one of its callbacks");
    engine.rotate(pair.serverContext);
  });
});

describe("runtimes that cannot have the engine", () => {
  it.each([
    [{ openssl: "3.0.19" }, undefined],
    [{ openssl: "3.5.8+quic" }, undefined],
    [{ openssl: "1.1.1w" }, "has 1.1.1w"],
    [{}, "has none"],
    [{ openssl: "3.0.0", electron: "33.0.0" }, "does not run in electron"],
    [{ openssl: "3.0.0", bun: "1.2.0" }, "does not run in bun"],
    [{ openssl: "3.0.0", deno: "2.0.0" }, "does not run in deno"],
  ])("are told apart by their versions (%#)", (versions, reason) => {
    const found = unsupportedRuntime(versions);
    if (reason === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(reason);
  });
});
