import { CIPHER_SUITES, type CipherSuite } from "../../src/native/cipher-suite.js";
import type { ConnectionIdOptions } from "../../src/native/context-options.js";
import { certificatesOf } from "./fixtures.js";
import { Pair, type PairOptions } from "./pair.js";

export const IDENTITY = "sensor-1";
export const KEY = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9]);
export const PSK_CCM_8: CipherSuite = "TLS_PSK_WITH_AES_128_CCM_8";

/** Each suite, for `it.each`. */
export const SUITES = CIPHER_SUITES.map((suite) => [suite] as const);

/** Options for a PSK handshake with this suite. */
export function pskOptions(suite: CipherSuite = PSK_CCM_8, connectionId?: ConnectionIdOptions): PairOptions {
  const options = { cipherSuites: [suite], preSharedKeys: {}, connectionId };
  return {
    server: options,
    client: options,
    connect: { pskIdentity: IDENTITY, pskKey: KEY },
    keys: { [IDENTITY]: KEY },
  };
}

/** Options for a handshake with certificates on both sides. */
export function certificateOptions(
  suite: CipherSuite = "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
  connectionId?: ConnectionIdOptions,
): PairOptions {
  return {
    server: { cipherSuites: [suite], certificates: certificatesOf("server"), connectionId },
    client: { cipherSuites: [suite], certificates: certificatesOf("client"), connectionId },
    connect: { serverName: "server.test" },
  };
}

/** Options for whatever kind of credential the suite needs. */
export function optionsFor(suite: CipherSuite, connectionId?: ConnectionIdOptions): PairOptions {
  return suite.includes("_PSK_") ? pskOptions(suite, connectionId) : certificateOptions(suite, connectionId);
}

/** An established pair. */
export function establishedPair(options: PairOptions = pskOptions()): Pair {
  const pair = new Pair(options).handshake();
  if (!pair.isEstablished) throw new Error("The handshake was not finished.");
  return pair;
}
