import { Client, Injectable, inject, LOGGER, type Logger } from "@coapkit/core";
import { Notifier } from "@coapkit/plugin-observe";
import { z } from "zod";
import { keepObserving } from "./keep-observing.js";

/** A sensor that is above its limit. */
export interface Alarm {
  readonly sensor: string;
  readonly above: number;
  /** The reading that raised it. */
  readonly value: number;
  /** When that was measured. */
  readonly since: string;
}

/** What the panel has to know of the server's answers, and no more. */
const Sensors = z.object({ items: z.array(z.object({ id: z.string(), alarmAbove: z.number().nullable() })) });
const Reading = z.object({ value: z.number(), at: z.string() });

/** Most sensors that it watches: the first ones of the list. */
const LAMPS = 50;

/**
 * A panel on the wall, with a lamp for each sensor: a client that knows nothing but the resources of the server. It is
 * not told of every reading: the condition in its observation lets those pass that cross the limit.
 */
@Injectable()
export class AlarmPanel {
  readonly #alarms = new Map<string, Alarm>();
  readonly #watches = new Map<string, { readonly above: number; readonly end: AbortController }>();
  readonly #end = new AbortController();

  constructor(
    private readonly client: Client,
    private readonly notifier: Notifier,
    @inject(LOGGER) private readonly log: Logger,
  ) {}

  get alarms(): readonly Alarm[] {
    return [...this.#alarms.values()];
  }

  /** Watches the sensors of a server, and goes on when they change. @param server `coap://127.0.0.1:5683` */
  async watch(server: string): Promise<void> {
    for await (const { items } of this.#observe(`${server}/sensors?limit=${LAMPS}`, Sensors, this.#end.signal)) {
      const limits = new Map(items.map(({ id, alarmAbove }) => [id, alarmAbove]));
      for (const [id, { above }] of this.#watches) if (limits.get(id) !== above) this.#unwatch(id);
      for (const [id, above] of limits) {
        if (above !== null && !this.#watches.has(id)) void this.#watchSensor(server, id, above);
      }
    }
  }

  /** Called when the app closes. */
  onClose(): void {
    this.#end.abort();
    for (const { end } of this.#watches.values()) end.abort();
  }

  async #watchSensor(server: string, sensor: string, above: number): Promise<void> {
    const end = new AbortController();
    this.#watches.set(sensor, { above, end });
    const uri = `${server}/sensors/${sensor}/readings/latest?c.gt=${above}`;
    for await (const { value, at } of this.#observe(uri, Reading, end.signal)) {
      if (value <= above) this.#clear(sensor);
      else if (!this.#alarms.has(sensor)) this.#raise({ sensor, above, value, since: at });
    }
  }

  #unwatch(sensor: string): void {
    this.#watches.get(sensor)?.end.abort();
    this.#watches.delete(sensor);
    this.#clear(sensor);
  }

  #raise(alarm: Alarm): void {
    this.#alarms.set(alarm.sensor, alarm);
    this.log.warn({ ...alarm }, "alarm");
    this.notifier.changed("alarms");
  }

  #clear(sensor: string): void {
    if (!this.#alarms.delete(sensor)) return;
    this.log.info({ sensor }, "alarm is over");
    this.notifier.changed("alarms");
  }

  #observe<Value>(uri: string, schema: z.ZodType<Value>, signal: AbortSignal) {
    const onEnd = (err: unknown) => this.log.debug({ err, uri }, "observation ended");
    return keepObserving(this.client, uri, { schema, signal, onEnd });
  }
}
