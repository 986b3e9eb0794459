import { execFile } from "node:child_process";
import { mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** By which clients recognize the server, both in PEM. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

const CERTIFICATE = "certificate.pem";
const KEY = "key.pem";

/** On P-256, RFC 7252 §9.1.3.3; it has signed itself, and is for this machine alone. */
const REQUEST = [
  ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "3650"],
  ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
  ...["-keyout", KEY, "-out", CERTIFICATE],
];

/** The certificate in a folder; made by the `openssl` command if there is none. @throws Error where that does not work */
export async function loadCertificate(folder: string): Promise<ServerCertificate> {
  return (await read(folder)) ?? (await make(folder));
}

async function make(folder: string): Promise<ServerCertificate> {
  const draft = await mkdtemp(`${folder}-`);
  try {
    await promisify(execFile)("openssl", REQUEST, { cwd: draft });
    await rename(draft, folder);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    const made = await read(folder); // by another process, meanwhile
    if (made !== undefined) return made;
    throw new Error("openssl could not make a certificate; install it, or do with pre-shared keys.", { cause });
  }
  return {
    certificate: await readFile(join(folder, CERTIFICATE), "utf8"),
    key: await readFile(join(folder, KEY), "utf8"),
  };
}

async function read(folder: string): Promise<ServerCertificate | undefined> {
  try {
    const [certificate, key] = await Promise.all(
      [CERTIFICATE, KEY].map((name) => readFile(join(folder, name), "utf8")),
    );
    return certificate === undefined || key === undefined ? undefined : { certificate, key };
  } catch {
    return undefined;
  }
}
