/** One source port with one peer. */
export interface Channel {
  /** Sends a message without copying it first: its bytes may change as soon as this returns. */
  send(message: Uint8Array): void;
  close(): void | Promise<void>;
}

/** Makes a channel to a server. @param onMessage gets what comes; its bytes are valid until it returns */
export type Connect = (onMessage: (message: Uint8Array) => void) => Promise<Channel>;
