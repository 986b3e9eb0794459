import { X509Certificate } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadCertificate } from "./certificate.js";

describe("loadCertificate", () => {
  let home: string;
  let folder: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "coapkit-demo-"));
    folder = join(home, "credentials");
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true });
  });

  it("makes a certificate once, for this machine, with a key that is nobody else's to read", async () => {
    const first = await loadCertificate(folder);
    const certificate = new X509Certificate(first.certificate);
    expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(certificate.checkHost("localhost")).toBe("localhost");
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
    expect((await stat(join(folder, "key.pem"))).mode & 0o077).toBe(0);
    expect(await loadCertificate(folder)).toEqual(first);
  });

  it("gives the same one to all who come at once, and leaves no drafts", async () => {
    const [one, ...others] = await Promise.all([1, 2, 3].map(() => loadCertificate(folder)));
    for (const other of others) expect(other).toEqual(one);
    expect(await readdir(home)).toEqual(["credentials"]);
  });

  it("says what is missing without openssl, and leaves nothing behind", async () => {
    vi.stubEnv("PATH", "/nowhere");
    await expect(loadCertificate(folder)).rejects.toThrow("openssl could not make a certificate; install it");
    expect(await readdir(home)).toEqual([]);
  });
});
