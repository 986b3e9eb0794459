/** A failed result: `reason` is for the client or the log. */
export interface Refused {
  readonly ok: false;
  readonly reason: string;
}

/** Why a pack is refused; names the record as RFC 8428 §9 counts, from 1. */
export function refuseRecord(position: number, reason: string): Refused {
  return { ok: false, reason: `record ${position}: ${reason}` };
}

/** A failed result that concerns the whole pack. */
export function refuse(reason: string): Refused {
  return { ok: false, reason };
}

const SHOWN = 32;

/** A label or name of a peer as it appears in a reason: quoted, short, ASCII alone. */
export function quoted(text: string): string {
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
  return JSON.stringify(shown.replaceAll(/[^\x20-\x7e]/g, "?"));
}
