import { NetworkError } from "../errors/network-error.js";

const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: "another socket has it; stop that program or choose another port",
  EACCES: "this user may not; ports below 1024 need a privilege",
  EADDRNOTAVAIL: "no interface of this host has that address",
  EAFNOSUPPORT: "this host does not speak that address family; bind 0.0.0.0 where IPv6 is missing",
  EINVAL: "a link-local address needs its zone, as in fe80::1%eth0",
  ENOTFOUND: "the name is unknown",
  ENODEV: "there is no such interface, or it does not take part in multicast",
  ENOTSUP: "this platform does not offer an option that was asked for",
};

/** A socket could not be bound to its address, or could not join a group; `cause` is what the system said. */
export class BindError extends NetworkError {
  readonly code = "COAPKIT_ERR_BIND";

  constructor(
    /** As asked for, without brackets. */
    readonly address: string,
    readonly port: number,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot bind ${hostAndPort(address, port)}: ${reason}.`, options);
  }

  /** Words the error of a system call. */
  static from(address: string, port: number, cause: unknown): BindError {
    const code = systemCodeOf(cause);
    return new BindError(address, port, `${code}, ${REMEDIES[code] ?? String(cause)}`, { cause });
  }
}

/** Short name of a system error: `EADDRINUSE`. */
export function systemCodeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "failed";
}

/** Address and port as in a URI. */
export function hostAndPort(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
