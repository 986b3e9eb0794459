import type { Socket } from "./node.js";
import type { UdpWarning } from "./udp-options.js";

/** Asks for a receive buffer. @returns a warning where less was granted, as the system says nothing about it */
export function growReceiveBuffer(socket: Socket, askedBytes: number, platform: string): UdpWarning | undefined {
  try {
    socket.setRecvBufferSize(askedBytes);
  } catch {
    // Some systems refuse instead of granting less: what they granted is read below either way.
  }
  const grantedBytes = grantedBytesOf(socket.getRecvBufferSize(), platform);
  if (grantedBytes >= askedBytes) return undefined;
  return {
    message:
      "The receive buffer is smaller than asked for, so that bursts may lose datagrams; raise net.core.rmem_max.",
    fields: { askedBytes, grantedBytes },
  };
}

/** Linux reports twice of what it was asked for. */
function grantedBytesOf(reportedBytes: number, platform: string): number {
  return platform === "linux" ? reportedBytes / 2 : reportedBytes;
}
