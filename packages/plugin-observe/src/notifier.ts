import { notFound, Reply, type Response, type RoutePlan } from "@coapkit/core";
import { isSuccessCode } from "@coapkit/protocol";
import type { Observations } from "./observations.js";
import type { ObserveCounters, ObserveLevels } from "./observe-counters.js";
import type { ObserverRelation } from "./observer.js";
import type { Registrar } from "./registrar.js";
import { pathsOf, type ResourceClass, type ResourceParams } from "./resource-class.js";
import { type ResourcePath, resourcePath } from "./resource-path.js";

/**
 * Tells observers what has changed. The plugin provides it: ask for it by its type in a constructor, or by
 * `app.resolve(Notifier)`.
 */
export class Notifier {
  readonly #observations: Observations;
  readonly #registrar: Registrar;
  readonly #routes: () => Iterable<RoutePlan>;

  /** @internal */
  constructor(observations: Observations, registrar: Registrar, routes: () => Iterable<RoutePlan>) {
    this.#observations = observations;
    this.#registrar = registrar;
    this.#routes = routes;
  }

  /**
   * Says that a resource has another state: its handler runs again, once for each distinct representation, and the
   * observers get what it answers. Returns at once; several changes before or during a run are told as one, the newest.
   * @param path `"/sensors/7"` as in a URI, or the segments, not percent-encoded: `"sensors", 7`
   * @throws TypeError for a malformed path, or one with a query
   */
  changed(...path: readonly [string] | readonly (string | number)[]): void;
  /**
   * The same for what a resource class serves: each of its observable routes that has exactly these path parameters.
   * @example notifier.changed(Rooms, { room: "kitchen" })
   * @throws TypeError where the class has no such route
   */
  changed(resource: ResourceClass, params?: ResourceParams): void;
  changed(...target: readonly unknown[]): void {
    const [first, params] = target;
    if (typeof first === "function") {
      const paths = pathsOf(this.#routes(), first as ResourceClass, params as ResourceParams | undefined);
      for (const path of paths) this.#changed(path);
      return;
    }
    const isWhole = target.length === 1 && typeof first === "string" && first.startsWith("/");
    this.#changed(resourcePath(isWhole ? first : (target as readonly (string | number)[])));
  }

  /**
   * Ends the relations of a resource: each observer gets this error as its last notification. RFC 7641 §4.2.
   * @param reply an error with a text, or bytes and their content format. Default: 4.04
   * @returns how many relations there were
   * @throws TypeError for a reply that is a success, or that would have to be encoded, and for a malformed path
   */
  end(path: ResourcePath, reply: Reply = notFound()): number {
    const whole = resourcePath(path);
    const last = lastResponse(reply);
    this.#registrar.pending.changed(whole);
    return this.#observations.end(whole, last);
  }

  /** Everybody who observes, or who observes this resource. @throws TypeError for a malformed path */
  relations(path?: ResourcePath): readonly ObserverRelation[] {
    const { index } = this.#observations;
    return path === undefined ? index.all() : index.observersOf(resourcePath(path));
  }

  /** What has been done since the start, and what there is. */
  get counters(): Readonly<ObserveCounters> & ObserveLevels {
    const { counters, index, deadlines, feeds, writer } = this.#observations;
    const levels = { relations: index.size, deadlines, feeds: feeds.size, storeFailures: writer?.failures ?? 0 };
    return { ...counters, ...levels };
  }

  #changed(path: string): void {
    this.#registrar.pending.changed(path);
    for (const group of this.#observations.index.groupsOf(path)) this.#observations.runs.report(group);
  }
}

function lastResponse(reply: Reply): Response {
  if (!(reply instanceof Reply) || isSuccessCode(reply.code))
    throw new TypeError("Only an error ends a relation; pass a reply such as notFound(), or call changed.");
  const { code, contentFormat, options, payload = "" } = reply;
  if (typeof payload !== "string" && !(payload instanceof Uint8Array))
    throw new TypeError("The reply that ends relations is not encoded; give it a text, or bytes and a contentFormat.");
  return { code, contentFormat, options, payload };
}
