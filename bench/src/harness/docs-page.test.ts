import { describe, expect, it } from "vitest";
import { replaceBlocks } from "./docs-page.js";

const PAGE = "# Title\n\n<!-- bench:a -->\nold\n<!-- /bench:a -->\n\nText.\n\n<!-- bench:b --><!-- /bench:b -->\n";

describe("replaceBlocks", () => {
  it("replaces what is between the markers, and nothing else", () => {
    const once = replaceBlocks(PAGE, new Map([["a", "new"]]));
    expect(once).toBe(
      "# Title\n\n<!-- bench:a -->\n\nnew\n\n<!-- /bench:a -->\n\nText.\n\n<!-- bench:b --><!-- /bench:b -->\n",
    );
    expect(replaceBlocks(once, new Map([["a", "new"]]))).toBe(once);
  });

  it("names a block that the page lacks", () => {
    expect(() => replaceBlocks(PAGE, new Map([["c", "new"]]))).toThrow("<!-- bench:c -->");
  });
});
