/** How messages are protected: modes of RFC 7252 §9. */
export const SECURITY_MODES = ["none", "psk", "certificate"] as const;
export type SecurityMode = (typeof SECURITY_MODES)[number];

/** What protects the messages of a run. */
export interface Security {
  readonly mode: SecurityMode;
  /** Where the certificates are, for the mode that needs them. */
  readonly folder: string | undefined;
}

/** Options of every program that can have both. */
export const SECURITY_OPTIONS = {
  security: { type: "string", default: "none" },
  certificates: { type: "string" },
} as const;

/** Reads `--security` and `--certificates`. @throws TypeError with one line that names the option at fault */
export function readSecurity(values: { readonly security: string; readonly certificates?: string }): Security {
  const mode = SECURITY_MODES.find((known) => known === values.security);
  if (mode === undefined)
    throw new TypeError(`--security is one of ${SECURITY_MODES.join(", ")}, not "${values.security}".`);
  if (mode === "certificate" && values.certificates === undefined)
    throw new TypeError("--security certificate needs --certificates FOLDER.");
  return { mode, folder: values.certificates };
}

/** The same as a command line. */
export function securityArguments({ mode, folder }: Security): readonly string[] {
  return ["--security", mode, ...(folder === undefined ? [] : ["--certificates", folder])];
}

/** Without DTLS. */
export const NO_SECURITY: Security = { mode: "none", folder: undefined };
