import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import type { Client, ClientOutcome, ClientReply, Link, Observation } from "../src/index.js";

const schema = z.object({ celsius: z.number() });
type Reading = z.infer<typeof schema>;
declare const client: Client;
const uri = "coap://[::1]/x";
declare const etag: Uint8Array;
declare const maybe: boolean;

/** Never called: what matters is how it compiles. */
const get = () => client.get(uri);
const getReading = () => client.get(uri, { schema, accept: "json" });
const getValidated = () => client.get(uri, { schema, etag });
const getEither = () => client.get(uri, { schema, throwOnError: false });
const getPerhaps = () => client.get(uri, { schema, throwOnError: maybe });
const observe = () => client.observe(uri, { schema });
const discover = () => client.discover("[::1]", { query: { rt: "sensor" } });

describe("types of app.client", () => {
  it("leave the value unknown without a schema", () => {
    expectTypeOf<Awaited<ReturnType<typeof get>>>().toEqualTypeOf<ClientReply<unknown>>();
    const put = () => client.put(uri, { celsius: 1 });
    expectTypeOf<Awaited<ReturnType<typeof put>>["value"]>().toBeUnknown();
  });

  it("take the value's type from the schema", () => {
    expectTypeOf<Awaited<ReturnType<typeof getReading>>>().toEqualTypeOf<ClientReply<Reading>>();
    const post = () => client.post(uri, "x", { schema, contentFormat: 0 });
    expectTypeOf<Awaited<ReturnType<typeof post>>["value"]>().toEqualTypeOf<Reading>();
    const fetched = () => client.fetch(uri, {}, { schema });
    expectTypeOf<Awaited<ReturnType<typeof fetched>>["value"]>().toEqualTypeOf<Reading>();
  });

  it("say that a validated reply may have no value", () => {
    expectTypeOf<Awaited<ReturnType<typeof getValidated>>["value"]>().toEqualTypeOf<Reading | undefined>();
  });

  it("give the value its type behind isSuccess where errors are replies", () => {
    expectTypeOf<Awaited<ReturnType<typeof getEither>>>().toEqualTypeOf<ClientOutcome<Reading>>();
    expectTypeOf<Awaited<ReturnType<typeof getPerhaps>>>().toEqualTypeOf<ClientOutcome<Reading>>();
    const celsius = async () => {
      const reply = await getEither();
      expectTypeOf(reply.value).toBeUnknown();
      if (!reply.isSuccess) return expectTypeOf(reply.value).toBeUnknown();
      return expectTypeOf(reply.value).toEqualTypeOf<Reading>();
    };
    expectTypeOf(celsius).toBeFunction();
  });

  it("go through observe and discover", () => {
    expectTypeOf<ReturnType<typeof observe>>().toEqualTypeOf<Observation<ClientReply<Reading>>>();
    expectTypeOf<Awaited<ReturnType<typeof discover>>>().toEqualTypeOf<readonly Link[]>();
  });

  it("go through getGroup, where a reply is there unless an error is", () => {
    const values = async () => {
      for await (const { reply, error } of client.getGroup(uri, { schema }))
        if (error === undefined) expectTypeOf(reply).toEqualTypeOf<ClientReply<Reading>>();
        else expectTypeOf(reply).toEqualTypeOf<undefined>();
    };
    expectTypeOf(values).toBeFunction();
    // @ts-expect-error RFC 7252 §8.2.1: a group is not asked with ETag
    const withEtag = () => client.getGroup(uri, { etag });
    expectTypeOf(withEtag).toBeFunction();
  });

  it("refuse options that are none, and types without a schema", () => {
    // @ts-expect-error unknown option
    const unknownOption = () => client.get(uri, { acept: 50 });
    // @ts-expect-error DELETE has no value to send
    const noValue = () => client.delete(uri, { contentFormat: 50 });
    // @ts-expect-error a type is not checked at run time; pass a schema
    const unchecked = () => client.get<Reading>(uri);
    expectTypeOf([unknownOption, noValue, unchecked]).toBeArray();
  });
});
