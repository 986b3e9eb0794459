import { afterAll, describe, expect, it } from "vitest";
import { serve } from "./support/apps.js";
import { Certificates } from "./support/certificates.js";
import { printed, start } from "./support/programs.js";

const certificates = new Certificates();
afterAll(() => certificates.remove());
const authority = certificates.authority("Test authority");
const server = certificates.issue(authority, { name: "server", alternatives: "DNS:localhost" });
const device = certificates.issue(authority, { name: "device-7" });

/** An empty CON, which is answered by a Reset with its message ID. RFC 7252 §4.3. */
const PING = Buffer.from([0x40, 0x00, 0x4d, 0x49]);
const RESET = Buffer.from([0x70, 0x00, 0x4d, 0x49]).toString("latin1");

function connect(uri: string, args: readonly string[]) {
  const child = start("openssl", ["s_client", "-dtls1_2", "-connect", uri.replace("coaps://", ""), ...args]);
  const greeting = printed(child, "Extended master secret");
  const reset = printed(child, RESET);
  reset.catch(() => undefined);
  return { child, greeting, reset };
}

describe("openssl s_client", () => {
  it.each(["PSK-AES128-CCM8", "PSK-AES128-GCM-SHA256"])("pings with %s", async (cipher) => {
    const uri = await serve({ psk: { "device-1": "key" } });
    const key = Buffer.from("key").toString("hex");
    const { child, greeting, reset } = connect(uri, ["-psk_identity", "device-1", "-psk", key, "-cipher", cipher]);
    expect(await greeting).toMatch(new RegExp(`Cipher is ${cipher}[^]*Extended master secret: yes`));
    child.stdin?.write(PING);
    expect(await reset).toContain(RESET);
  });

  it.each(["ECDHE-ECDSA-AES128-CCM8", "ECDHE-ECDSA-AES128-GCM-SHA256"])(
    "checks the chain and pings with %s",
    async (cipher) => {
      const { certificate, key } = server;
      const uri = await serve({ certificate, key, ca: authority.certificate });
      const { child, greeting, reset } = connect(uri, [
        ...["-CAfile", authority.certificateFile, "-verify_return_error", "-verify_hostname", "localhost"],
        ...["-cert", device.certificateFile, "-key", device.keyFile, "-cipher", cipher],
      ]);
      expect(await greeting).toMatch(new RegExp(`Cipher is ${cipher}[^]*Verify return code: 0`));
      child.stdin?.write(PING);
      expect(await reset).toContain(RESET);
    },
  );

  it("is told the identity hint", async () => {
    const uri = await serve({ psk: { "device-1": "key" }, identityHint: "plant-4" });
    const { greeting } = connect(uri, ["-psk_identity", "device-1", "-psk", "6b6579"]);
    expect(await greeting).toContain("PSK identity hint: plant-4");
  });

  it("gets no CBC suite, on which a forged record could end the session", async () => {
    const uri = await serve({ psk: { "device-1": "key" } });
    const args = ["-psk_identity", "device-1", "-psk", "6b6579", "-cipher", "PSK-AES128-CBC-SHA256"];
    const child = start("openssl", ["s_client", "-dtls1_2", "-connect", uri.replace("coaps://", ""), ...args]);
    expect(await printed(child, "handshake failure")).toContain("alert");
  });
});
