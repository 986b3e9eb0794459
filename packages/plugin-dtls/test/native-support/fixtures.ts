import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";

/** Text of a file in test/native-support/fixtures. */
export function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");
}

/** Certificate, key and authorities of one of the fixtures' names. */
export function certificatesOf(name: "server" | "client") {
  return {
    chain: fixture(`${name}-chain.pem`),
    privateKey: fixture(`${name}.key.pem`),
    authorities: fixture("root.pem"),
  } as const;
}

/** DER SubjectPublicKeyInfo of a private key in the fixtures. */
export function publicKeyOf(name: "server" | "client"): Uint8Array {
  const key = createPublicKey(createPrivateKey(fixture(`${name}.key.pem`)));
  return new Uint8Array(key.export({ type: "spki", format: "der" }));
}
