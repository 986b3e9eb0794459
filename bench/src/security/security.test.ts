import { describe, expect, it } from "vitest";
import { readSecurity, securityArguments } from "./security.js";

describe("readSecurity", () => {
  it("reads what securityArguments writes", () => {
    expect(readSecurity({ security: "psk" })).toEqual({ mode: "psk", folder: undefined });
    expect(readSecurity({ security: "certificate", certificates: "/c" })).toEqual({
      mode: "certificate",
      folder: "/c",
    });
    expect(securityArguments({ mode: "psk", folder: undefined })).toEqual(["--security", "psk"]);
    expect(securityArguments({ mode: "certificate", folder: "/c" })).toEqual([
      "--security",
      "certificate",
      "--certificates",
      "/c",
    ]);
  });

  it.each([
    [{ security: "tls" }, '--security is one of none, psk, certificate, not "tls".'],
    [{ security: "certificate" }, "--security certificate needs --certificates FOLDER."],
  ])("refuses %j by name", (values, message) => {
    expect(() => readSecurity(values)).toThrow(message);
  });
});
