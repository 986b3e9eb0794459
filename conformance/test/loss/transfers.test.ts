import { Code, isCoapkitError, Method, OptionNumber } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { textBody } from "../support/body.js";
import { anyLost, confirmableLost, lossBounds } from "../support/loss-arithmetic.js";
import { FAULTS, LossyWorld } from "../support/lossy-world.js";

const CLIENTS = 20;
const BLOCK = 1_024;

describe.each([0, 0.1, 0.3])("block-wise transfers at a loss of %d", (loss) => {
  it.each([
    ["uploads", 8, Method.POST],
    ["uploads", 64, Method.POST],
    ["downloads", 8, Method.GET],
    ["downloads", 64, Method.GET],
  ])("%s of %d KB end whole, or lost as the arithmetic has it", async (_, kilobytes, method) => {
    const world = new LossyWorld(23, { ...FAULTS, loss });
    const bodies = Array.from({ length: CLIENTS }, (_, i) => textBody(kilobytes * BLOCK, i));
    const uploaded: string[] = [];
    await world.serve((exchange) => {
      const index = Number(exchange.request.options.string(OptionNumber.UriPath));
      if (method === Method.POST) uploaded.push(new TextDecoder().decode(exchange.request.payload));
      const payload = method === Method.POST ? "taken" : (bodies[index] as string);
      exchange.respond({ code: Code.Content, contentFormat: 0, options: [], payload });
    });
    const transfer = async (index: number): Promise<string> => {
      const { endpoint } = await world.client(index);
      const body = bodies[index] as string;
      const wanted = method === Method.POST ? "taken" : body;
      const request = { ...world.at(`${index}`), method, ...(method === Method.POST ? { payload: body } : {}) };
      try {
        for await (const { payload } of endpoint.request(request))
          return new TextDecoder().decode(payload) === wanted ? "whole" : "damaged";
        return "silent";
      } catch (error) {
        return isCoapkitError(error) ? error.code : String(error);
      }
    };
    const outcomes = await world.settle(Promise.all(bodies.map((_, index) => transfer(index))));
    const whole = outcomes.filter((outcome) => outcome === "whole").length;
    const lost = outcomes.filter((outcome) => outcome === "COAPKIT_ERR_TIMEOUT").length;
    expect(whole + lost, outcomes.join()).toBe(CLIENTS);
    const { least, most } = lossBounds(anyLost(confirmableLost(loss), kilobytes), CLIENTS);
    expect(lost).toBeGreaterThanOrEqual(least);
    expect(lost).toBeLessThanOrEqual(most);
    if (method === Method.POST) {
      expect(new Set(uploaded).size, "no body is handed up twice").toBe(uploaded.length);
      expect(uploaded.every((body) => bodies.includes(body))).toBe(true);
      expect(uploaded.length).toBeGreaterThanOrEqual(whole);
    }
    await world.end();
  });
});
