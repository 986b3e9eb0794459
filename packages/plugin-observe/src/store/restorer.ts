import {
  type Clock,
  Code,
  type Exchange,
  type Logger,
  type PluginHost,
  type Response,
  type RoutePlan,
} from "@coapkit/core";
import { formatPath, isSuccessCode, methodName, OptionNumber } from "@coapkit/protocol";
import { withoutConditions } from "../conditional-request.js";
import type { Conditions } from "../conditions/conditions.js";
import { NotificationGate } from "../conditions/notification-gate.js";
import { parseConditions } from "../conditions/parse-conditions.js";
import type { Observations } from "../observations.js";
import type { ObserveSettings } from "../observe-settings.js";
import { Observer } from "../observer.js";
import type { ObserverGroup } from "../observer-group.js";
import { representationKey } from "../representation-key.js";
import type { StoredRelation } from "./observation-store.js";
import type { StoreWriter } from "./store-writer.js";
import { storedObservation } from "./stored-relation.js";

/** What restoring needs of the app. */
export interface RestorerHost {
  readonly restore: PluginHost["restore"];
  readonly repeat: PluginHost["repeat"];
  readonly log: Logger;
  readonly clock: Clock;
}

/** For a client whose resource is still there, by another route: it may register anew. */
const COME_BACK: Response = Object.freeze({
  code: Code.ServiceUnavailable,
  contentFormat: undefined,
  options: [],
  payload: "",
});

/** Takes up the relations of a store, as soon as there is a socket to notify their clients from. */
export class Restorer {
  readonly #host: RestorerHost;
  readonly #writer: StoreWriter;
  readonly #observations: Observations;
  readonly #routes: ReadonlyMap<RoutePlan, ObserveSettings>;
  /** What the store had at the first `listen`, and has not been taken up yet. */
  #waiting: StoredRelation[] | undefined;

  constructor(
    host: RestorerHost,
    writer: StoreWriter,
    observations: Observations,
    routes: ReadonlyMap<RoutePlan, ObserveSettings>,
  ) {
    this.#host = host;
    this.#writer = writer;
    this.#observations = observations;
    this.#routes = routes;
  }

  /** Tries every relation that waits, then tells them all: what they observe may have changed. */
  async onListen(): Promise<void> {
    this.#waiting ??= await this.#writer.load();
    if (this.#waiting === undefined) return; // a store that has failed is asked again at the next listen
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
      if (!this.#observations.index.hasRoomInAll) return this.#drop(relation);
      const exchange = await this.#host.restore(storedObservation(relation));
      if (exchange === undefined) return false;
      const known = [...this.#routes].find(
        ([route]) => route.name === relation.route && route.method === methodName(relation.method),
      );
      if (known === undefined) return await this.#end(relation, exchange);
      groups.add(this.#add(relation, exchange, ...known));
      return true;
    } catch (err) {
      this.#host.log.error({ err, relation: relation.id }, "relation could not be restored");
      return this.#drop(relation);
    }
  }

  /** The route is gone: the client gets what a GET would get, 4.04 as a rule. RFC 7641 §4.2. */
  async #end(relation: StoredRelation, exchange: Exchange): Promise<true> {
    const response = await this.#host.repeat(exchange);
    this.#observations.counters.ended++;
    this.#observations.counters.notifications++;
    exchange.notify(isSuccessCode(response.code) ? COME_BACK : response);
    return this.#drop(relation);
  }

  #drop(relation: StoredRelation): true {
    this.#writer.delete(relation.id);
    return true;
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
