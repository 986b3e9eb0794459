import type { Clock, Exchange, Logger, PluginHost, RoutePlan } from "@coapkit/core";
import { formatPath, methodName, OptionNumber } from "@coapkit/protocol";
import { withoutConditions } from "../conditional-request.js";
import type { Conditions } from "../conditions/conditions.js";
import { NotificationGate } from "../conditions/notification-gate.js";
import { parseConditions } from "../conditions/parse-conditions.js";
import type { Observations } from "../observations.js";
import type { ObserveSettings } from "../observe-settings.js";
import { Observer } from "../observer.js";
import type { ObserverGroup } from "../observer-group.js";
import { representationKey } from "../representation-key.js";
import type { ObservationStore, StoredRelation } from "./observation-store.js";
import { storedObservation } from "./stored-relation.js";

/** What restoring needs of the app. */
export interface RestorerHost {
  readonly restore: PluginHost["restore"];
  readonly log: Logger;
  readonly clock: Clock;
}

/** Takes up the relations of a store, as soon as there is a socket to notify their clients from. */
export class Restorer {
  readonly #host: RestorerHost;
  readonly #store: ObservationStore;
  readonly #observations: Observations;
  readonly #routes: ReadonlyMap<RoutePlan, ObserveSettings>;
  /** What the store had at the first `listen`, and has not been taken up yet. */
  #waiting: StoredRelation[] | undefined;

  constructor(
    host: RestorerHost,
    store: ObservationStore,
    observations: Observations,
    routes: ReadonlyMap<RoutePlan, ObserveSettings>,
  ) {
    this.#host = host;
    this.#store = store;
    this.#observations = observations;
    this.#routes = routes;
  }

  /** Tries every relation that waits, then tells them all: what they observe may have changed. @throws what the store throws */
  async onListen(): Promise<void> {
    this.#waiting ??= [...(await this.#store.load())];
    const relations = this.#waiting;
    this.#waiting = [];
    const groups = new Set<ObserverGroup>();
    for (const relation of relations) {
      if (!(await this.#tryToRestore(relation, groups))) this.#waiting.push(relation);
    }
    for (const group of groups) this.#observations.runs.report(group);
  }

  /** @returns false where it has to wait for another socket */
  async #tryToRestore(relation: StoredRelation, groups: Set<ObserverGroup>): Promise<boolean> {
    try {
      const known = [...this.#routes].find(
        ([route]) => route.name === relation.route && route.method === methodName(relation.method),
      );
      if (known === undefined || !this.#observations.index.hasRoomInAll) {
        this.#observations.writer?.delete(relation.id);
        return true;
      }
      const exchange = await this.#host.restore(storedObservation(relation));
      if (exchange !== undefined) groups.add(this.#add(relation, exchange, ...known));
      return exchange !== undefined;
    } catch (err) {
      this.#host.log.error({ err, relation: relation.id }, "relation could not be restored");
      this.#observations.writer?.delete(relation.id);
      return true;
    }
  }

  #add(relation: StoredRelation, exchange: Exchange, route: RoutePlan, settings: ObserveSettings): ObserverGroup {
    const conditions = settings.conditions ? conditionsIn(exchange) : undefined;
    const request = conditions === undefined ? exchange.request : withoutConditions(exchange.request);
    const registeredMs = this.#host.clock.nowMs();
    const observer = new Observer({
      route,
      exchange,
      request,
      path: formatPath(request.options.strings(OptionNumber.UriPath)),
      key: representationKey(route, request, settings.perClient),
      settings,
      conditions,
      gate: conditions && new NotificationGate(conditions, undefined, registeredMs),
      contentFormat: relation.contentFormat,
      registeredMs,
      sequence: storedObservation(relation).sequence - 1,
    });
    this.#observations.counters.restored++;
    return this.#observations.add(observer, settings);
  }
}

function conditionsIn({ request }: Exchange): Conditions | undefined {
  const parsed = parseConditions(request.options.strings(OptionNumber.UriQuery));
  return parsed.ok ? parsed.value : undefined;
}
