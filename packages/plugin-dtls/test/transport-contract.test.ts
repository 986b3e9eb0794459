import { udpTransport } from "@coapkit/protocol/udp";
import { describeTransportContract } from "@coapkit/testing";
import { describe, it } from "vitest";
import type { DtlsOptions } from "../src/dtls-plugin.js";
import { KNOWN, makeTransport } from "./support/make-transport.js";
import { systemClock } from "./support/system-clock.js";

const runner = { describe, it };

function udpSubject(host: string, options: DtlsOptions) {
  return () => ({
    host,
    make: (port: number) => makeTransport(udpTransport({ host, port }), options, { clock: systemClock }),
  });
}

describeTransportContract(runner, "DTLS over IPv4", udpSubject("127.0.0.1", KNOWN));
describeTransportContract(runner, "DTLS over IPv6", udpSubject("::1", KNOWN));
describeTransportContract(
  runner,
  "DTLS with connection IDs of both sides",
  udpSubject("127.0.0.1", { ...KNOWN, client: { ...KNOWN.client, connectionIdLengthBytes: 6 } }),
);
