import assert from "node:assert/strict";
import { createApp, Get, notFound, Param, Payload, Put, Resource } from "@coapkit/core";
import { nodeCoap } from "@coapkit/engine-node-coap";
import { json } from "@coapkit/plugin-json";
import { logging } from "@coapkit/plugin-logging";
import { createTestClient } from "@coapkit/testing";
import { csv, RowLimit } from "coapkit-plugin-example";
import { getOverUdp } from "./get-over-udp.js";

/** Injected by its type alone: works only with emitted metadata. */
class SensorStore {
  readonly #celsius = new Map([["1", 21.5]]);

  read(id: string): number | undefined {
    return this.#celsius.get(id);
  }
}

@Resource("sensors", { rt: "sensor" })
class SensorResource {
  constructor(private readonly store: SensorStore) {}

  @Get(":id")
  read(@Param("id") id: string): unknown {
    const celsius = this.store.read(id);
    return celsius === undefined ? notFound() : { id, celsius };
  }

  @Put("table", { consumes: ["text/csv"] })
  @RowLimit(1)
  replace(@Payload() _rows: unknown): void {}
}

const app = await createApp({
  resources: [SensorResource],
  providers: [SensorStore],
  plugins: [json(), csv(), logging({ level: "silent" })],
  engine: nodeCoap(),
});
try {
  const injected = await app.inject({ method: "GET", path: "/sensors/1" });
  assert.deepEqual([injected.code, injected.value], ["2.05", { id: "1", celsius: 21.5 }]);

  const { port } = await app.listen("coap://127.0.0.1:0");
  const overUdp = await getOverUdp(port, "/sensors/1");
  assert.deepEqual([overUdp.code, JSON.parse(overUdp.payload)], ["2.05", { id: "1", celsius: 21.5 }]);

  const client = createTestClient(nodeCoap(), { baseUri: `coap://127.0.0.1:${port}` });
  assert.equal((await client.get("/sensors/9")).code, "4.04");
  const twoRows = { payload: "id\n1\n2\n", contentFormat: 65_001 };
  assert.equal((await client.put("/sensors/table", twoRows)).code, "4.13", "the plugin's decorator and hook work");
  await client.close();
  console.log("served inject, npm coap and the test client");
} finally {
  await app.close();
}
