/** A load that every server is put under. */
export interface Scenario {
  /** Sources, outstanding requests of each, message type: `16x4-con`. */
  readonly name: string;
  /** Source ports. */
  readonly sources: number;
  /** Requests outstanding per source port. */
  readonly outstanding: number;
  readonly type: "con" | "non";
}

const LOADS = ["16x4", "1000x1", "1x1"] as const;

/** The scenarios of a whole run. */
export const SCENARIOS: readonly Scenario[] = (["con", "non"] as const).flatMap((type) =>
  LOADS.map((load) => scenarioOf(load, type)),
);

function scenarioOf(load: string, type: "con" | "non"): Scenario {
  const [sources = 1, outstanding = 1] = load.split("x").map(Number);
  return { name: `${load}-${type}`, sources, outstanding, type };
}
