import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createApp, Payload, Put, Resource } from "@coapkit/core";
import { CSV_CONTENT_FORMAT, csv, RowLimit } from "../src/index.js";

@Resource("table")
class TableResource {
  @Put({ consumes: ["text/csv"] })
  @RowLimit(2)
  replace(@Payload() _rows: unknown): void {}

  @Put("unlimited", { consumes: ["text/csv"] })
  replaceAny(@Payload() _rows: unknown): void {}
}

async function put(path: string, payload: string): Promise<string> {
  const app = await createApp({ resources: [TableResource], plugins: [csv()] });
  try {
    return (await app.inject({ method: "PUT", path, payload, contentFormat: CSV_CONTENT_FORMAT })).code;
  } finally {
    await app.close();
  }
}

describe("@RowLimit", () => {
  it("lets tables up to the limit through", async () => {
    assert.equal(await put("/table", "id\n1\n2\n"), "2.04");
  });

  it("refuses larger tables with 4.13", async () => {
    assert.equal(await put("/table", "id\n1\n2\n3\n"), "4.13");
  });

  it("has no say over other routes", async () => {
    assert.equal(await put("/table/unlimited", "id\n1\n2\n3\n"), "2.04");
  });
});
