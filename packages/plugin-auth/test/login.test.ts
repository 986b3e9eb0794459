import { describe, expect, it } from "vitest";
import { bearing, testApp, tokenOf } from "./support/test-app.js";
import { ask, psk, whoAmI } from "./support/who-am-i.js";

describe("login", () => {
  const open = async (more = {}) => {
    const bench = await testApp({ loginPath: "/login", ...more }, {}, whoAmI);
    const logIn = async (peer = psk("pump"), token: string | undefined = undefined) =>
      bench.app.inject({ method: "POST", path: "/login", peer, payload: token ?? (await tokenOf("reader")) });
    return { ...bench, logIn };
  };

  it("binds a token to the session of the transport, until the token ends", async () => {
    const { app, clock, auth, logIn, audit } = await open();
    expect((await logIn()).code).toBe("2.04");
    expect(audit.at(-1)).toMatchObject({ decision: "allowed", reason: "login", name: "reader" });
    expect(await ask(app, { peer: psk("pump") })).toBe("token:reader read");
    expect(await ask(app, { peer: { ...psk("pump"), key: "the next session of pump" } })).toBe("psk:pump ");
    expect(await ask(app, { peer: { ...psk("valve"), key: psk("pump").key } })).toBe("psk:valve ");
    expect(auth.counters).toMatchObject({ logins: 1, sessions: 1 });
    await clock.advance(3_605_000);
    expect(await ask(app, { peer: psk("pump") })).toBe("psk:pump ");
  });

  it("takes the token from the option, too", async () => {
    const { app } = await open();
    const options = bearing(await tokenOf("reader"));
    expect((await app.inject({ method: "POST", path: "/login", peer: psk("pump"), options })).code).toBe("2.04");
    expect(await ask(app, { peer: psk("pump") })).toBe("token:reader read");
  });

  it("ends with DELETE, with its time, and when told to forget somebody", async () => {
    const { app, clock, auth, logIn, audit } = await open({ sessionMs: 1000 });
    await logIn();
    expect((await app.inject({ method: "DELETE", path: "/login", peer: psk("pump") })).code).toBe("2.02");
    expect(audit.at(-1)).toMatchObject({ reason: "logout", name: "reader" });
    expect(await ask(app, { peer: psk("pump") })).toBe("psk:pump ");
    await logIn();
    await clock.advance(1000);
    expect(await ask(app, { peer: psk("pump") })).toBe("psk:pump ");
    await logIn();
    expect(auth.forget(({ name }) => name === "reader")).toBe(1);
    expect(await ask(app, { peer: psk("pump") })).toBe("psk:pump ");
  });

  it("binds a token to a secured session whose client has shown nothing else", async () => {
    const { app, logIn } = await open();
    const browser = { scheme: "coaps", key: "a session", address: "192.0.2.1" };
    expect(
      (await app.inject({ method: "POST", path: "/login", peer: browser, payload: await tokenOf("reader") })).code,
    ).toBe("2.04");
    expect(await ask(app, { peer: browser })).toBe("token:reader read");
    expect(await ask(app, { peer: { ...browser, key: "another session" } })).toBe("4.01");
    expect(await ask(app, { peer: { ...browser, scheme: "coap" } })).toBe("4.01");
    expect(await ask(app, { peer: { ...psk("pump"), key: "a session" } })).toBe("psk:pump ");
    for (const scheme of ["coap", "coap+tcp", "coap+ws"])
      expect((await logIn({ ...browser, scheme } as unknown as ReturnType<typeof psk>)).code).toBe("4.01");
  });

  it("is refused where the transport has authenticated nobody: an address can be another's tomorrow", async () => {
    const { app, auth, audit } = await open();
    const payload = await tokenOf("reader");
    expect((await app.inject({ method: "POST", path: "/login", payload })).code).toBe("4.01");
    expect(audit.at(-1)).toMatchObject({ decision: "refused", reason: "not-secured", code: "4.01" });
    expect(auth.counters).toMatchObject({ logins: 0, sessions: 0, tokensVerified: 0, refused: 1 });
  });

  it("is refused with a bad token, and with none or one that is too long", async () => {
    const { app, auth, audit, logIn } = await open();
    expect((await logIn(psk("pump"), await tokenOf("reader", { aud: "x" }))).code).toBe("4.01");
    expect((await app.inject({ method: "POST", path: "/login", peer: psk("pump") })).code).toBe("4.00");
    expect((await logIn(psk("pump"), "x".repeat(1035))).code).toBe("4.13");
    const twice = { payload: await tokenOf("reader"), options: bearing(await tokenOf("reader")) };
    expect((await app.inject({ method: "POST", path: "/login", peer: psk("pump"), ...twice })).code).toBe("4.00");
    expect(audit.filter(({ decision }) => decision === "refused").map(({ reason }) => reason)).toEqual([
      "token-refused",
      "token-malformed",
      "token-malformed",
    ]);
    expect(auth.counters.refused).toBe(3);
    expect(await ask(app, { peer: psk("pump") })).toBe("psk:pump ");
  });

  it("pushes out the session that was not used for the longest", async () => {
    const { app, auth, logIn } = await open({ sessions: 2 });
    for (const name of ["a", "b"]) await logIn(psk(name));
    await ask(app, { peer: psk("a") });
    await logIn(psk("c"));
    expect(await Promise.all(["a", "b", "c"].map((name) => ask(app, { peer: psk(name) })))).toEqual([
      "token:reader read",
      "psk:b ",
      "token:reader read",
    ]);
    expect(auth.counters).toMatchObject({ sessions: 2, sessionsEvicted: 1 });
  });
});
