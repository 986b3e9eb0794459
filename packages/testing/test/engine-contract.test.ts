import { type ClientRequest, capabilities, type EngineCounters, type Exchange, InjectEngine } from "@coapkit/core";
import { OptionNumber } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { describeEngineContract, engineContract } from "../src/index.js";

/** Titles of the cases that an engine fails. */
async function failuresOf(makeEngine: () => InjectEngine, deadlineMs = 2_000): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const { title, skipped, run } of engineContract(makeEngine, { deadlineMs, exceptions: DRAINS })) {
    if (skipped !== undefined) continue;
    try {
      await run();
    } catch {
      failures.push(title);
    }
  }
  return failures;
}

const DRAINS = { "drains: a request under way is still answered": "its app drains" };

class Miscounting extends InjectEngine {
  override get counters(): EngineCounters {
    return { ...super.counters, requests: 0.5, openExchanges: 1 };
  }
}

class ForgetfulOfOptions extends InjectEngine {
  override request(request: ClientRequest, signal?: AbortSignal) {
    const options = request.options?.filter(({ number }) => number !== OptionNumber.IfMatch);
    return super.request({ ...request, options }, signal);
  }
}

/** Streams bodies, but for their last byte. */
class Truncating extends InjectEngine {
  override listen(...[address, onRequest]: Parameters<InjectEngine["listen"]>) {
    return super.listen(address, (exchange: Exchange) => {
      const { request } = exchange;
      const bodyStream = (async function* () {
        yield request.payload.subarray(0, -1);
      })();
      onRequest(Object.assign(exchange, { request: { ...request, bodyStream } }));
    });
  }
}

class Silent extends InjectEngine {
  override listen(...[address]: Parameters<InjectEngine["listen"]>) {
    return super.listen(address, (exchange: Exchange) => exchange.ignore());
  }
}

describe("engineContract", () => {
  it("finds nothing wrong with the inject engine", async () => {
    expect(await failuresOf(() => new InjectEngine())).toEqual([]);
  });

  it("finds counters and levels that are none", async () => {
    const wanted = [
      "counts in whole numbers",
      "ends an upload that is answered before it was read",
      "sets levels back to zero when nothing is under way",
    ];
    expect(await failuresOf(() => new Miscounting(), 300)).toEqual(wanted);
  });

  it("finds options that get lost", async () => {
    expect(await failuresOf(() => new ForgetfulOfOptions())).toEqual([
      "shows options by number, repeated ones in their order",
    ]);
  });

  it("finds streamed bodies that are cut short", async () => {
    const failures = await failuresOf(() => new Truncating(), 300);
    expect(failures).toContain("hands over a body of 100 KB as it arrives, or whole");
    expect(failures).toContain("hands over a body of one message where it arrives in blocks elsewhere");
  });

  it("finds an engine that answers nothing", async () => {
    const failures = await failuresOf(() => new Silent(), 30);
    expect(failures).toContain("sends a text as UTF-8");
    expect(failures).toContain("brings notifications in order");
    expect(failures.length).toBeGreaterThan(25);
  });

  it("skips what the engine declares to lack, and shows its reason", () => {
    class WithoutObserve extends InjectEngine {
      override readonly capabilities = capabilities({ observe: "nobody asked for it" });
    }
    const run: string[] = [];
    const skipped: string[] = [];
    const runner = {
      describe: (_: string, body: () => void) => body(),
      it: Object.assign((title: string) => run.push(title), { skip: (title: string) => skipped.push(title) }),
    };
    describeEngineContract(runner, "x", () => new WithoutObserve());
    const [first] = skipped.filter((title) => title.includes("notifications in order"));
    expect(first).toBe("brings notifications in order (skipped: no observe, nobody asked for it)");
    expect(run.some((title) => title.includes("notification"))).toBe(false);
    expect(run.length + skipped.length).toBe(engineContract(() => new WithoutObserve()).length);
  });

  it("refuses an exception that names no case", () => {
    const exceptions = { "brings notifications in any order": "why not" };
    expect(() => engineContract(() => new InjectEngine(), { exceptions })).toThrow("no case");
  });
});
