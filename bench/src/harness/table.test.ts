import { describe, expect, it } from "vitest";
import { mebibytes, percent, renderTable, wholeNumber } from "./table.js";

describe("renderTable", () => {
  it("lines columns up, the first left, the others right", () => {
    const table = renderTable(
      ["server", "req/s"],
      [
        ["raw-echo", "188,700"],
        ["x", "1"],
      ],
    );
    expect(table.split("\n")).toEqual([
      "| server   |   req/s |",
      "| -------- | ------: |",
      "| raw-echo | 188,700 |",
      "| x        |       1 |",
    ]);
  });
});

describe("numbers", () => {
  it("have commas, mebibytes and percent", () => {
    expect([wholeNumber(168_600.4), mebibytes(65 * 1024 * 1024), mebibytes(undefined), percent(0.849)]).toEqual([
      "168,600",
      "65.0",
      "–",
      "85 %",
    ]);
  });
});
