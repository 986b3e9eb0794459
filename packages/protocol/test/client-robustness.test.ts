import { describe, expect, it } from "vitest";
import { encodeBlock } from "../src/block/block-option.js";
import { Code } from "../src/code/code.js";
import { isCoapkitError } from "../src/errors/coapkit-error.js";
import { Type } from "../src/message/message-type.js";
import type { OptionEntry } from "../src/option/encode-options.js";
import { OptionNumber } from "../src/option/option-number.js";
import { expectNoState, get, LONG_MS, openClient } from "./support/client-fixture.js";
import { SeededRandom } from "./support/seeded-random.js";

const CODES = [
  Code.Content,
  Code.Changed,
  Code.Continue,
  Code.Unauthorized,
  Code.NotFound,
  Code.RequestEntityTooLarge,
  0x5f,
  0xe0,
  1,
  0,
];
const OPTIONS = [
  OptionNumber.Observe,
  OptionNumber.Block1,
  OptionNumber.Block2,
  OptionNumber.ETag,
  OptionNumber.MaxAge,
  OptionNumber.Echo,
  OptionNumber.Size1,
  OptionNumber.Size2,
  65_001,
];

function pick<T>(random: SeededRandom, values: readonly T[]): T {
  return values[Math.floor(random.fraction() * values.length)] as T;
}

function randomOptions(random: SeededRandom): OptionEntry[] {
  return Array.from({ length: Math.floor(random.fraction() * 4) }, () => {
    const number = pick(random, OPTIONS);
    const isBlock = number === OptionNumber.Block1 || number === OptionNumber.Block2;
    if (isBlock && random.fraction() < 0.7)
      return { number, value: encodeBlock(Math.floor(random.fraction() * 3), random.fraction() < 0.5, 0) };
    return { number, value: random.bytes(Math.floor(random.fraction() * 6)) };
  });
}

describe("a client whose peer says anything", () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
    "ends every request, and keeps nothing (seed %i)",
    async (seed) => {
      const random = new SeededRandom(seed);
      const fixture = await openClient({ responseLimitBytes: 200, blockBytes: 16, parameters: { nstart: 8 } });
      const { client, clock, network, peer } = fixture;
      network.isLost = () => random.fraction() < 0.1;
      peer.onMessage = ({ token, messageId }) => {
        if (peer.received.length > 400) return;
        const payload = "x".repeat(Math.floor(random.fraction() * 17));
        const type = pick(random, [Type.ACK, Type.ACK, Type.ACK, Type.CON, Type.NON, Type.RST]);
        const code = type === Type.RST ? 0 : pick(random, CODES);
        const matching = code === 0 ? {} : { options: randomOptions(random), payload, token };
        peer.send({ type, code, ...(type === Type.ACK || type === Type.RST ? { messageId } : {}), ...matching });
        if (random.fraction() < 0.3)
          network.send(peer.address, "10.0.0.1:5683", random.bytes(1 + Math.floor(random.fraction() * 40)));
      };
      const controller = new AbortController();
      const ends = [
        get(),
        get({ stream: true }),
        get({ observe: true }),
        get({ observe: true, confirmable: false }),
        get({ method: Code.POST, payload: "y".repeat(100) }),
      ].map(async (request) => {
        try {
          for await (const response of client.request(request, controller.signal))
            expect(response.code).toBeGreaterThan(0x3f);
          return "done";
        } catch (error) {
          return isCoapkitError(error) ? "failed" : error;
        }
      });
      await clock.advance(LONG_MS);
      controller.abort();
      await clock.advance(2 * LONG_MS);
      for (const end of await Promise.all(ends)) expect(["done", "failed"]).toContain(end);
      expect(network.sent.length).toBeGreaterThan(5);
      await expectNoState(fixture);
    },
  );
});
