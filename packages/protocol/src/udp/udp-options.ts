/** What a UDP transport can be told. */
export interface UdpOptions {
  /**
   * Address to bind, without brackets and with a zone where it is link-local, or a name that is looked up.
   * @defaultValue "::", which is every interface, for IPv6 and IPv4
   */
  readonly host?: string | undefined;
  /** Port to bind; 0 takes a free one. @defaultValue 0 */
  readonly port?: number | undefined;
  /**
   * Bytes of received datagrams that the system may keep for us; a short datagram takes about 830 of them on Linux.
   * Less is granted where `net.core.rmem_max` is lower. @defaultValue 4194304
   */
  readonly receiveBufferBytes?: number | undefined;
  /**
   * Lets several processes share the port so that each peer stays with one of them. Node 22.12 or newer, Linux and some
   * BSDs. @defaultValue false
   */
  readonly reusePort?: boolean | undefined;
  /** Receives what is sent to groups too, through `UdpTransport.multicast`. RFC 7252 §8. @defaultValue undefined: none */
  readonly multicast?: MulticastOptions | undefined;
  /** Told of what works, but worse than asked for. */
  readonly onWarning?: ((warning: UdpWarning) => void) | undefined;
}

/** Which groups to join, and where. */
export interface MulticastOptions {
  /**
   * Addresses of groups.
   * @defaultValue All CoAP Nodes in the families of the bound address: 224.0.1.187, ff02::fd, ff05::fd. RFC 7252 §12.8
   */
  readonly groups?: readonly string[] | undefined;
  /** Name of an interface. @defaultValue that of the bound address; of a wildcard all but the loopback interface */
  readonly interface?: string | undefined;
}

/** Something that works, but worse than asked for. */
export interface UdpWarning {
  readonly message: string;
  /** Values for a log. */
  readonly fields: Readonly<Record<string, string | number>>;
}

/** Totals of a UDP socket since it was made. */
export interface UdpCounters {
  readonly receivedDatagrams: number;
  /** Datagrams handed to the system; whether they left nobody knows. */
  readonly sentDatagrams: number;
  /** Dropped: their source port is 0, to which nothing can be sent. */
  readonly unsendableSources: number;
  /** Dropped: the peer is new, and every peer in the directory is pinned. */
  readonly refusedPeers: number;
  /** Datagrams that could not even be handed to the system. */
  readonly sendErrors: number;
  /** Errors that the system reported for the socket. */
  readonly socketErrors: number;
}
