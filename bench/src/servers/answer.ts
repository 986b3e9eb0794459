/** What every server but the echo is asked for. */
export const SENSOR_PATH = "/sensors/1";

/** What it answers: three fields, made anew for each request. */
export interface SensorAnswer {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
}

/** The representation of a sensor. */
export function sensorAnswer(id: string): SensorAnswer {
  return { id, value: 21.5, unit: "Cel" };
}

/** The bytes of a right answer to a GET of {@link SENSOR_PATH}, as JSON text. */
export const SENSOR_JSON = JSON.stringify(sensorAnswer("1"));
