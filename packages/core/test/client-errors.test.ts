import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  badRequest,
  ClientError,
  Code,
  conflict,
  isCoapkitError,
  notFound,
  ResponseError,
  respond,
  ServerError,
  serviceUnavailable,
} from "../src/index.js";
import { at, rejection, selfApp } from "./support/client-app.js";
import { json } from "./support/formats.js";
import { plugin } from "./support/test-app.js";

const failing = (reply: () => unknown) =>
  selfApp((app) => void app.route({ method: "GET", path: "/x", handler: reply }));

describe("a response of 4.xx or 5.xx", () => {
  it("rejects with ClientError, with code and diagnostic", async () => {
    const { app } = await failing(() => notFound("There is no sensor 7."));
    const error = (await rejection(app.client.get(at("/x")))) as ClientError;
    expect(error).toBeInstanceOf(ClientError);
    expect(error).toBeInstanceOf(ResponseError);
    expect(isCoapkitError(error, "COAPKIT_ERR_CLIENT_ERROR")).toBe(true);
    expect(error).toMatchObject({
      diagnostic: "There is no sensor 7.",
      problem: undefined,
    });
    expect(error.message).toBe("GET coap://localhost/x was answered 4.04 NotFound: There is no sensor 7.");
    expect(error.reply).toMatchObject({
      code: Code.NotFound,
      codeText: "4.04",
      value: "There is no sensor 7.",
      isSuccess: false,
    });
    await app.close();
  });

  it("rejects with ServerError, with Max-Age", async () => {
    const { app } = await failing(() => serviceUnavailable(30));
    const error = (await rejection(app.client.get(at("/x")))) as ServerError;
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ code: "COAPKIT_ERR_SERVER_ERROR", diagnostic: undefined, reply: { maxAgeS: 30 } });
    expect(error.message).toBe("GET coap://localhost/x was answered 5.03 ServiceUnavailable.");
    await app.close();
  });

  it("shows nothing but its code as an own key, so that logs hold no payloads", async () => {
    const { app } = await failing(() => respond({ code: Code.Conflict, payload: "secret", contentFormat: 42 }));
    const error = (await rejection(app.client.get(at("/x")))) as ClientError;
    expect(Object.keys(error)).toEqual(["code"]);
    expect(inspect(error)).not.toContain("secret");
    await app.close();
  });

  it("has no diagnostic where its payload is no text", async () => {
    const { app } = await selfApp((self) => {
      self.route({ method: "GET", path: "/x", handler: () => badRequest() });
      self.hook("onSend", (_ctx, response) => ({ ...response, payload: Uint8Array.of(0xff) }));
    });
    const { diagnostic, reply } = (await rejection(app.client.get(at("/x")))) as ClientError;
    expect([diagnostic, reply.value, reply.isDecoded]).toEqual([undefined, Uint8Array.of(0xff), false]);
    await app.close();
  });

  it("puts a peer's text on one line of bounded length", async () => {
    const { app } = await failing(() => badRequest(`a\nb\u001b[31m${"x".repeat(1_000)}`));
    const { message, diagnostic } = (await rejection(app.client.get(at("/x")))) as ClientError;
    expect(message).toMatch(/: a b \[31mx+…$/);
    expect(message.length).toBeLessThan(300);
    expect(diagnostic).toHaveLength(1_008);
    await app.close();
  });

  it("is a reply where throwOnError is false, and is not checked by the schema", async () => {
    const { app } = await failing(() => conflict("taken"));
    const reply = await app.client.get(at("/x"), { throwOnError: false, schema: z.number() });
    expect(reply).toMatchObject({ isSuccess: false, codeText: "4.09", diagnostic: "taken" });
    await app.close();
  });

  it("has its value where it carries one, decodable or not", async () => {
    let payload = '{"field":"celsius"}';
    const { app } = await failing(() => respond({ code: Code.UnprocessableEntity, payload, contentFormat: 50 }));
    const get = () => app.client.get(at("/x"), { throwOnError: false });
    expect(await get()).toMatchObject({ value: { field: "celsius" }, isDecoded: true, diagnostic: undefined });
    payload = "{";
    expect(await get()).toMatchObject({ value: new TextEncoder().encode("{"), isDecoded: false });
    await app.close();
  });

  it("becomes 5.00 where a handler lets it pass: it is no answer of that handler's own", async () => {
    const { app, log } = await selfApp((self) => {
      self.route({ method: "GET", path: "/x", handler: () => notFound("secret of another server") });
      self.route({ method: "GET", path: "/gateway", handler: () => self.client.get(at("/x")) });
    });
    const reply = await app.inject({ method: "GET", path: "/gateway" });
    expect([reply.code, reply.text]).toEqual(["5.00", ""]);
    expect(log.errors).toMatchObject([{ code: "COAPKIT_ERR_CLIENT_ERROR" }]);
    await app.close();
  });
});

describe("problem details", () => {
  /** Gives the problem of RFC 9290 in the shape that a CBOR codec may choose. */
  const problems = (document: unknown) =>
    plugin("problems", (host) =>
      host.formats.add({
        contentFormat: 257,
        mediaType: "application/concise-problem-details+cbor",
        structured: false,
        encode: () => "",
        decode: () => ({ ok: true, value: document }),
      }),
    );

  it.each([
    [
      "a Map",
      new Map<unknown, unknown>([
        [-1, "Too hot"],
        [-2, "300 exceeds 200."],
        [-4, 128],
        ["u", 1],
      ]),
    ],
    ["an object", { "-1": "Too hot", "-2": "300 exceeds 200.", "-4": 128, u: 1 }],
  ])("are read from %s", async (_, document) => {
    const { app } = await selfApp(
      (self) => void self.route({ method: "GET", path: "/x", handler: () => badRequest("never seen") }),
      { plugins: [json(), problems(document)], problemDetails: "always" },
    );
    const { problem, diagnostic, reply } = (await rejection(app.client.get(at("/x")))) as ClientError;
    expect(problem).toMatchObject({
      title: "Too hot",
      detail: "300 exceeds 200.",
      responseCode: 128,
      instance: undefined,
    });
    expect(problem?.entries.get("u")).toBe(1);
    expect(diagnostic).toBe("300 exceeds 200.");
    expect(reply.value).toBe(document);
    await app.close();
  });

  it("are none where a codec gives something else", async () => {
    const { app } = await selfApp(
      (self) => void self.route({ method: "GET", path: "/x", handler: () => badRequest() }),
      { plugins: [problems([1])], problemDetails: "always" },
    );
    const { problem, reply } = (await rejection(app.client.get(at("/x")))) as ClientError;
    expect([problem, reply.value]).toEqual([undefined, [1]]);
    await app.close();
  });

  it("stay bytes without a codec", async () => {
    const { app } = await selfApp(
      (self) => void self.route({ method: "GET", path: "/x", handler: () => badRequest("no") }),
      { problemDetails: "always" },
    );
    const { problem, reply, message } = (await rejection(app.client.get(at("/x")))) as ClientError;
    expect([problem, reply.isDecoded, message]).toEqual([
      undefined,
      false,
      "GET coap://localhost/x was answered 4.00 BadRequest.",
    ]);
    await app.close();
  });
});
