/**
 * Why the addon must not even be loaded: it calls the OpenSSL 3 inside of node, and what has none would crash.
 * @param versions as `process.versions`
 * @returns undefined where it may be loaded
 */
export function unsupportedRuntime(versions: Readonly<Record<string, string | undefined>>): string | undefined {
  const other = (["electron", "bun", "deno"] as const).find((name) => versions[name] !== undefined);
  if (other !== undefined)
    return `DTLS does not run in ${other}, which has no OpenSSL for addons; run coaps:// in Node.js.`;
  const openssl = versions.openssl;
  if (openssl?.startsWith("3.")) return undefined;
  return `DTLS needs Node.js with OpenSSL 3, and this one has ${openssl ?? "none"}; use Node.js 20.19 or later.`;
}
