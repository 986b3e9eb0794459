import { describe, expect, it } from "vitest";
import { DEFAULT_REDACT, queryRedactor } from "./redact-query.js";

describe("queryRedactor", () => {
  const redact = queryRedactor(DEFAULT_REDACT);

  it("shows a query as it was sent", () => {
    expect(redact(["unit=C", "verbose", "limit="])).toBe("unit=C&verbose&limit=");
  });

  it("encodes what would end a line or an argument", () => {
    expect(redact(["a=1\n&b=é", "key\n=1"])).toBe("a=1%0A%26b=%C3%A9&key%0A=1");
  });

  it("says nothing where there is no query", () => {
    expect(redact([])).toBeUndefined();
  });

  it.each(["token", "Access_Token", "KEY", "password", "secret"])("hides the value of %s", (name) => {
    expect(redact(["unit=C", `${name}=s3cret=s3cret`])).toBe(`unit=C&${name}=[redacted]`);
  });

  it("hides every value of a name that comes several times", () => {
    expect(redact(["token=a", "token=b", "token"])).toBe("token=[redacted]&token=[redacted]&token");
  });

  it("hides what it is told to, and nothing else", () => {
    expect(queryRedactor(["pin"])(["pin=1234", "token=a"])).toBe("pin=[redacted]&token=a");
  });
});
