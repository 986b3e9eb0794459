import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate with its private key, in PEM, as texts and as files. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** What a certificate says. */
export interface Subject {
  /** Common name, or a whole subject as `/O=…`. */
  readonly name: string;
  /** As in OpenSSL's `subjectAltName`: `DNS:localhost,IP:127.0.0.1`. */
  readonly alternatives?: string;
  /** From today; negative: expired. @defaultValue 30 */
  readonly days?: number;
}

/** Authorities and certificates on P-256, made by the `openssl` command anew for each test file. */
export class Certificates {
  readonly #folder = mkdtempSync(join(tmpdir(), "coapkit-dtls-"));
  #count = 0;

  /** A self-signed authority. */
  authority(name: string): Issued {
    const files = this.#files();
    this.#openssl([
      "req",
      "-x509",
      ...this.#newKey(files),
      "-subj",
      `/CN=${name}`,
      "-days",
      "30",
      "-out",
      files.certificateFile,
    ]);
    return read(files);
  }

  /** A certificate of an authority. */
  issue(authority: Issued, { name, alternatives, days = 30 }: Subject): Issued {
    const files = this.#files();
    const request = join(this.#folder, `${this.#count}.csr`);
    this.#openssl([
      "req",
      ...this.#newKey(files),
      "-subj",
      name.startsWith("/") ? name : `/CN=${name}`,
      "-out",
      request,
    ]);
    const extensions = join(this.#folder, `${this.#count}.ext`);
    writeFileSync(extensions, alternatives === undefined ? "" : `subjectAltName=${alternatives}\n`);
    const signer = ["-CA", authority.certificateFile, "-CAkey", authority.keyFile, "-CAcreateserial"];
    const end = ["-days", String(days), "-extfile", extensions, "-out", files.certificateFile];
    this.#openssl(["x509", "-req", "-in", request, ...signer, ...end]);
    return read(files);
  }

  /** Removes the files. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #files(): Pick<Issued, "certificateFile" | "keyFile"> {
    const number = ++this.#count;
    return { certificateFile: join(this.#folder, `${number}.pem`), keyFile: join(this.#folder, `${number}.key`) };
  }

  #newKey({ keyFile }: Pick<Issued, "keyFile">): string[] {
    return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", keyFile];
  }

  #openssl(args: readonly string[]): void {
    execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
  }
}

function read(files: Pick<Issued, "certificateFile" | "keyFile">): Issued {
  const { certificateFile, keyFile } = files;
  return { ...files, certificate: readFileSync(certificateFile, "utf8"), key: readFileSync(keyFile, "utf8") };
}
