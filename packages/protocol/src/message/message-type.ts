/** Message types. RFC 7252 §3. */
export const Type = { CON: 0, NON: 1, ACK: 2, RST: 3 } as const;

/** One of the message types. */
export type Type = (typeof Type)[keyof typeof Type];
