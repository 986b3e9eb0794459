import { Code, OptionNumber, OptionsView } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { MessageType } from "../load/message.js";
import type { Reply } from "../wire/client-message.js";
import { Crowd, valueText } from "./crowd.js";

const OBSERVE = OptionsView.of([{ number: OptionNumber.Observe, value: 5 }]);

function notification(change: number, differing: Partial<Reply> = {}): Reply {
  const payload = Buffer.from(valueText(change));
  return { type: MessageType.NON, code: Code.Content, messageId: 1, token: 1, options: OBSERVE, payload, ...differing };
}

describe("Crowd", () => {
  it("waits until every observer has the newest value", async () => {
    const crowd = new Crowd(2);
    const allTold = crowd.expectNext();
    crowd.tell(0, notification(1));
    crowd.tell(0, notification(1));
    expect(crowd.waiting).toBe(1);
    crowd.tell(1, notification(1, { type: MessageType.CON }));
    await allTold;
    expect(crowd).toMatchObject({ waiting: 0, notifications: 2, confirmable: 1, repeated: 1, wrong: 0 });
  });

  it("has no news from before a change that nobody is told of", () => {
    const crowd = new Crowd(1);
    const startMs = performance.now();
    void crowd.expectNext();
    expect(crowd.lastNewsMs).toBeGreaterThanOrEqual(startMs);
  });

  it("takes an earlier value as right, but still waits for the newest", () => {
    const crowd = new Crowd(1);
    void crowd.expectNext();
    void crowd.expectNext();
    crowd.tell(0, notification(1));
    expect(crowd).toMatchObject({ waiting: 1, wrong: 0 });
  });

  it.each([
    ["a value that was never set", notification(2)],
    ["a text that is no value", notification(1, { payload: Buffer.from("21.5") })],
    ["an error", notification(1, { code: Code.NotFound })],
    ["no Observe option", notification(1, { options: OptionsView.EMPTY })],
  ])("counts %s as wrong", (_what, reply) => {
    const crowd = new Crowd(1);
    void crowd.expectNext();
    crowd.tell(0, reply);
    expect(crowd).toMatchObject({ waiting: 1, wrong: 1 });
  });

  it("takes an older value than the observer has as a repetition", () => {
    const crowd = new Crowd(1);
    void crowd.expectNext();
    void crowd.expectNext();
    crowd.tell(0, notification(2));
    crowd.tell(0, notification(1, { type: MessageType.CON }));
    expect(crowd).toMatchObject({ notifications: 1, confirmable: 0, repeated: 1, wrong: 0, waiting: 0 });
  });
});
