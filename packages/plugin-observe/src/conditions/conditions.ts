/**
 * When a client wants to be told: the conditional query parameters of its registration.
 * draft-ietf-core-conditional-attributes-12 §3.
 */
export interface Conditions {
  /** Shortest time between two notifications, in milliseconds: `c.pmin`. */
  readonly pminMs?: number;
  /** Longest time between two notifications, in milliseconds: `c.pmax`. */
  readonly pmaxMs?: number;
  /** Shortest time between two evaluations, in milliseconds: `c.epmin`. */
  readonly epminMs?: number;
  /** Longest time between two evaluations, in milliseconds: `c.epmax`. */
  readonly epmaxMs?: number;
  /** Whether every notification has to be confirmable: `c.con`. */
  readonly con?: boolean;
  /** Upper limit to cross: `c.gt`. */
  readonly gt?: number;
  /** Lower limit to cross: `c.lt`. */
  readonly lt?: number;
  /** Smallest change: `c.st`. */
  readonly st?: number;
  /** Whether `gt` and `lt` bound a band of values to be told of, each of them: `c.band`. */
  readonly band?: boolean;
  /** Which edge of a boolean to be told of: `c.edge`. */
  readonly edge?: boolean;
}

/** Whether the value decides what is told; otherwise every change does. */
export function hasNotificationConditions(conditions: Conditions): boolean {
  return needsNumber(conditions) || conditions.edge !== undefined;
}

/** Whether the value has to be a number. */
export function needsNumber({ gt, lt, st }: Conditions): boolean {
  return gt !== undefined || lt !== undefined || st !== undefined;
}

/** Why these conditions cannot be put to a resource with such a value, or `undefined`. */
export function explainMismatch(conditions: Conditions, value: number | boolean | undefined): string | undefined {
  if (needsNumber(conditions) && typeof value !== "number")
    return "c.gt, c.lt and c.st need a resource whose value is a number.";
  if (conditions.edge !== undefined && booleanOf(value) === undefined)
    return "c.edge needs a resource whose value is a boolean.";
  return undefined;
}

/** A boolean, also where it is written as 0 or 1. */
export function booleanOf(value: number | boolean | undefined): boolean | undefined {
  if (typeof value === "boolean") return value;
  return value === 0 || value === 1 ? value === 1 : undefined;
}
