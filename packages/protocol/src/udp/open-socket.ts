import { BindError } from "./bind-error.js";
import { createSocket, type Socket, type SocketOptions, type SocketType } from "./node.js";

/** Socket to open. */
export interface SocketPlan {
  readonly type: SocketType;
  /** Literal address, with a zone where it is link-local. */
  readonly address: string;
  readonly port: number;
  readonly reuseAddr?: boolean;
  readonly reusePort?: boolean;
}

type LookupCallback = (error: null, address: string, family: number) => void;

/** Addresses are literals by the time they reach a socket; without this each `send` takes a detour of two ticks. */
function literal(address: string, options: number | { readonly family?: number }, callback: LookupCallback): void {
  callback(null, address, typeof options === "number" ? options : (options.family ?? 0));
}

/** Binds a socket of this process alone, also in a worker of a cluster. @throws BindError */
export function openSocket({ type, address, port, reuseAddr = false, reusePort = false }: SocketPlan): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const options = { type, lookup: literal, reuseAddr, reusePort };
    const socket = createSocket(options as unknown as SocketOptions); // Node calls `lookup` with a number, or options
    const fail = (cause: unknown) => {
      socket.close();
      reject(BindError.from(address, port, cause));
    };
    socket.once("error", fail);
    try {
      socket.bind({ address, port, exclusive: true }, () => {
        socket.off("error", fail);
        resolve(socket);
      });
    } catch (cause) {
      fail(cause);
    }
  });
}

/** Closes a socket and waits until the system has it back. */
export function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(resolve);
  });
}
