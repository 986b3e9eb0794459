import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { askUntilAnswered } from "./ask.js";
import { freePort } from "./free-port.js";

const HOST = "127.0.0.1";

describe("askUntilAnswered", () => {
  it("keeps asking while the port is closed, until a server is there", async () => {
    const port = await freePort(HOST);
    const answer = askUntilAnswered(Uint8Array.of(1, 2), { host: HOST, port }, 10_000);
    const refused = createSocket("udp4");
    refused.connect(port, HOST);
    await once(refused, "connect");
    refused.send("x");
    await once(refused, "error"); // a datagram of ours was refused, so at least one of the other's may have been
    refused.close();
    const server = createSocket("udp4");
    server.on("message", (message, { port, address }) => server.send(message.reverse(), port, address));
    server.bind(port, HOST);
    expect([...(await answer)]).toEqual([2, 1]);
    server.close();
  });

  it("gives up after its time", async () => {
    const port = await freePort(HOST);
    await expect(askUntilAnswered(Uint8Array.of(1), { host: HOST, port }, 20)).rejects.toThrow(
      `coap://127.0.0.1:${port} did not answer within 20 ms.`,
    );
  });
});
