import { afterEach, describe, expect, it } from "vitest";
import { IDENTITY, KEY, pskOptions } from "../native-support/credentials.js";
import { connect, createContext, destroyContext, destroyContexts, engine } from "../native-support/harness.js";

afterEach(destroyContexts);

const { client } = pskOptions();

/** Options of `connect` that run this code when they are read. */
function optionsThat(run: () => void): { readonly pskIdentity: string; readonly pskKey: Uint8Array } {
  return {
    get pskIdentity() {
      run();
      return IDENTITY;
    },
    pskKey: KEY,
  };
}

describe("a getter of the options that calls the engine", () => {
  it("may end the context that is connecting: that is then gone", () => {
    const context = createContext(client);
    expect(() =>
      connect(
        context,
        optionsThat(() => destroyContext(context)),
      ),
    ).toThrow("No context has the number");
  });

  it("may make contexts and sessions", () => {
    const context = createContext(client);
    const output = connect(
      context,
      optionsThat(() => {
        for (let i = 0; i < 100; i++) connect(createContext(client), { pskIdentity: IDENTITY, pskKey: KEY });
      }),
    );
    expect([output.datagrams.length, engine.info(output.session).stage]).toEqual([1, "hello"]);
  });
});
