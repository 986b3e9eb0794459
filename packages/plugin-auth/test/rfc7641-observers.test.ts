import { Code, nativeEngine } from "@coapkit/core";
import { Notifier, observe } from "@coapkit/plugin-observe";
import { OptionNumber, PrincipalSource } from "@coapkit/protocol";
import { createTestClient } from "@coapkit/testing";
import { describe, expect, it } from "vitest";
import { opaque } from "../src/index.js";
import { allOf, injected, routes, shown, synchronous, tokenFor, turn } from "./support/observed-app.js";
import { RawPeer } from "./support/raw-peer.js";
import { bearing, testApp, tokenOf } from "./support/test-app.js";

describe("observations", () => {
  it("end with 4.01 when the token ends that let them in", async () => {
    const { client, clock, notifier, auth } = await injected();
    const seen = allOf(client, "/n", tokenFor("reader", 60));
    await turn();
    shown.state = 1;
    notifier.changed("/n");
    await clock.advance(59_999);
    expect(notifier.relations("/n")).toHaveLength(1);
    expect(auth.counters.watchedObservers).toBe(1);
    await clock.advance(1);
    expect(await seen).toEqual(["2.05 0", "2.05 1", "4.01"]);
    expect(notifier.relations("/n")).toHaveLength(0);
    expect(auth.counters).toMatchObject({ watchedObservers: 0, observersEnded: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  it("end each at its own time", async () => {
    const { client, clock, auth } = await injected();
    const ends = [90, 30, 60, 200_000];
    const seen = ends.map((s) => allOf(client, "/n", tokenFor("reader", s)));
    await turn();
    for (const left of [3, 2, 1]) {
      await clock.advance(left === 3 ? 35_000 : 30_000);
      expect(auth.counters.watchedObservers).toBe(left);
    }
    await clock.advance(200_000_000);
    for (const codes of await Promise.all(seen)) expect(codes).toEqual(["2.05 0", "4.01"]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("are not watched any more when the client has gone", async () => {
    const { client, auth } = await injected();
    const stream = client.observe("/n", { options: bearing(tokenFor("reader")) });
    await stream.next();
    await turn();
    expect(auth.counters.watchedObservers).toBe(1);
    await stream.return();
    expect(auth.counters.watchedObservers).toBe(0);
  });

  it("are not watched where the route cannot be observed, or lets nobody in", async () => {
    const { client, auth } = await injected();
    expect(await allOf(client, "/plain", tokenFor("reader"))).toEqual(["2.05 plain"]);
    expect(await allOf(client, "/n", tokenFor("stranger"))).toEqual(["4.03"]);
    expect(auth.counters.watchedObservers).toBe(0);
  });

  it("end at once for somebody who is to be forgotten", async () => {
    const { client, auth } = await injected();
    const seen = allOf(client, "/n", tokenFor("reader"));
    await turn();
    expect(auth.forget(({ name }) => name === "writer")).toBe(0);
    expect(auth.forget(({ name }) => name === "reader")).toBe(1);
    expect(await seen).toEqual(["2.05 0", "4.01"]);
  });

  it("beyond the limit of an identity end its oldest one, and leave those of others alone", async () => {
    const { client, auth } = await injected({ watchedObserversPerIdentity: 2, watchedObservers: 3 });
    const [reader, writer] = [tokenFor("reader"), tokenFor("writer")];
    const ended: string[] = [];
    const watch = async (name: string, token: string) => {
      void allOf(client, "/n", token).then(() => ended.push(name));
      await turn();
    };
    for (const name of ["w1", "r1", "r2", "r3"]) await watch(name, name.startsWith("w") ? writer : reader);
    expect(ended).toEqual(["r1"]);
    await watch("w2", writer);
    expect(ended).toEqual(["r1", "w1"]);
    expect(auth.counters.watchedObservers).toBe(3);
  });

  it("stop being watched when the app closes", async () => {
    const { app, client, clock } = await injected();
    const seen = allOf(client, "/n", tokenFor("reader")).catch(() => "closed");
    await turn();
    await app.close();
    expect(await seen).toBe("closed");
    expect(clock.pendingTimers).toBe(0);
  });

  it("end with 4.01 over UDP", async () => {
    const bench = await testApp({}, { engine: nativeEngine(), plugins: [observe()] }, routes);
    const { port } = await bench.app.listen("coap://127.0.0.1:0");
    const client = createTestClient(nativeEngine(), { baseUri: `coap://127.0.0.1:${port}` });
    const stream = client.observe("/n", { options: bearing(await tokenOf("reader")) });
    expect((await stream.next()).value?.code).toBe("2.05");
    const last = stream.next();
    expect(bench.auth.forget(() => true)).toBe(1);
    expect((await last).value?.code).toBe("4.01");
    expect((await stream.next()).done).toBe(true);
    await client.close();
    await Promise.all([bench.app.close(), bench.clock.advance(10_000)]); // the time that a close takes is virtual, too
  });
});

describe("observations that are registered anew (RFC 7641 §4.1)", () => {
  const register = { code: 1, token: 9, path: "n" };
  const observing = (token: string) => [{ number: OptionNumber.Observe, value: 0 }, ...bearing(token)];
  const open = async () => {
    const bench = await testApp({ tokens: [synchronous] }, { engine: nativeEngine(), plugins: [observe()] }, routes);
    const { port } = await bench.app.listen("coap://127.0.0.1:0");
    const peer = await RawPeer.open(port);
    const close = async () => {
      peer.close();
      await Promise.all([bench.app.close(), bench.clock.advance(10_000)]);
    };
    const observers = () => [bench.app.resolve(Notifier).relations("/n").length, bench.auth.counters.watchedObservers];
    return { ...bench, peer, close, observers };
  };

  it("live as long as the token that has registered them last", async () => {
    const { peer, clock, observers, close } = await open();
    for (const endsS of [60, 120]) {
      const options = observing(tokenFor("reader", endsS));
      expect(await peer.ask({ ...register, messageId: endsS, options })).toBe("2.05 for 9");
    }
    await clock.advance(119_999);
    expect(observers()).toEqual([1, 1]);
    const last = peer.next();
    await clock.advance(1);
    expect([await last, observers()]).toEqual(["4.01 for 9", [0, 0]]);
    await close();
  });

  it("by somebody who may not live no longer than before", async () => {
    const { peer, clock, observers, close } = await open();
    const good = observing(tokenFor("reader", 60));
    expect(await peer.ask({ ...register, messageId: 1, options: good })).toBe("2.05 for 9");
    const bad = observing(tokenFor("stranger", 1000));
    expect(await peer.ask({ ...register, messageId: 2, options: bad })).toBe("4.03 for 9");
    await clock.advance(60_000);
    expect(observers()).toEqual([0, 0]);
    await close();
  });
});

describe("observations of logged in peers", () => {
  it("end with the session, and when the peer logs out", async () => {
    const { app, engine, clock } = await injected({ loginPath: "/login", sessionMs: 1000 });
    const principal = { source: PrincipalSource.Psk, name: "pump" };
    const peer = { key: "session of pump", scheme: "coaps", address: "::1", port: 1, principal };
    const observeAndLogIn = async () => {
      await app.inject({ method: "POST", path: "/login", peer, payload: tokenFor("reader") });
      const codes: number[] = [];
      const uri = { scheme: "coap", host: "test", port: 5683, path: ["n"], query: [] } as const;
      const onResponse = ({ code }: { readonly code: number }) => codes.push(code);
      engine.exchange({ uri, method: 1, observe: true }, peer, { onResponse, onEnd: () => undefined });
      await turn();
      return codes;
    };
    const first = await observeAndLogIn();
    await app.inject({ method: "DELETE", path: "/login", peer });
    expect(first).toEqual([Code.Content, Code.Unauthorized]);
    const second = await observeAndLogIn();
    await clock.advance(1000);
    expect(second).toEqual([Code.Content, Code.Unauthorized]);
  });
});

describe("observations that no end of a token ends", () => {
  it("are those of public routes, whoever has logged in", async () => {
    const { app, engine, clock, auth } = await injected({ loginPath: "/login", sessionMs: 1000 });
    const principal = { source: PrincipalSource.Psk, name: "pump" };
    const peer = { key: "session of pump", scheme: "coaps", address: "::1", port: 1, principal };
    await app.inject({ method: "POST", path: "/login", peer, payload: tokenFor("reader") });
    const codes: number[] = [];
    const uri = { scheme: "coap", host: "test", port: 5683, path: ["public"], query: [] } as const;
    const onResponse = ({ code }: { readonly code: number }) => codes.push(code);
    engine.exchange({ uri, method: 1, observe: true }, peer, { onResponse, onEnd: () => undefined });
    await turn();
    await clock.advance(1000);
    expect(auth.counters).toMatchObject({ watchedObservers: 0, observersEnded: 0 });
    expect(codes).toEqual([Code.Content]);
  });

  it("but a token may be without end, and its bearer forgotten all the same", async () => {
    const endless = opaque(() => ({ name: "reader", scopes: ["read"] }));
    const { client, auth, clock } = await injected({ tokens: [endless] });
    const seen = allOf(client, "/n", "t");
    await turn();
    expect(clock.pendingTimers).toBe(0);
    expect(auth.forget(({ name }) => name === "reader")).toBe(1);
    expect(await seen).toEqual(["2.05 0", "4.01"]);
  });
});
