import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CertificateFile } from "./credentials.js";

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
const EXTENSIONS = "extensions.txt";

/** A folder with certificates on P-256 for 127.0.0.1, gone when this process ends. @throws Error where there is no `openssl` */
export function makeCertificates(): string {
  const folder = mkdtempSync(join(tmpdir(), "coapkit-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const openssl = (...args: string[]): void =>
    void execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const { authority } = CertificateFile;
  openssl("req", "-x509", ...NEW_KEY, "-keyout", "ca.key", "-out", authority, "-subj", "/CN=bench", "-days", "2");
  writeFileSync(join(folder, EXTENSIONS), "subjectAltName=IP:127.0.0.1\n");
  for (const side of ["server", "client"] as const) {
    const { certificate, key } = CertificateFile[side];
    openssl("req", ...NEW_KEY, "-keyout", key, "-out", `${side}.csr`, "-subj", `/CN=${side}`);
    const signer = ["-CA", authority, "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", EXTENSIONS];
    openssl("x509", "-req", "-in", `${side}.csr`, "-out", certificate, ...signer);
  }
  return folder;
}
