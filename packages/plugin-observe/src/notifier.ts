import { notFound, Reply, type Response } from "@coapkit/core";
import { isSuccessCode } from "@coapkit/protocol";
import type { Observations } from "./observations.js";
import type { ObserveCounters } from "./observe-counters.js";
import type { ObserverRelation } from "./observer.js";
import { type ResourcePath, resourcePath } from "./resource-path.js";

/**
 * Tells observers what has changed. The plugin provides it: ask for it by its type in a constructor, or by
 * `app.resolve(Notifier)`.
 */
export class Notifier {
  readonly #observations: Observations;

  /** @internal */
  constructor(observations: Observations) {
    this.#observations = observations;
  }

  /**
   * Says that a resource has another state: its handler runs again, once for each distinct representation, and the
   * observers get what it answers. Returns at once; several changes before or during a run are told as one, the newest.
   * @param path `"/sensors/7"` as in a URI, or the segments, not percent-encoded: `"sensors", 7`
   * @throws TypeError for a malformed path, or one with a query
   */
  changed(...path: readonly [string] | readonly (string | number)[]): void {
    const [first] = path;
    const isWhole = path.length === 1 && typeof first === "string" && first.startsWith("/");
    this.#observations.changed(resourcePath(isWhole ? first : path));
  }

  /**
   * Ends the relations of a resource: each observer gets this error as its last notification. RFC 7641 §4.2.
   * @param reply an error with a text, or bytes and their content format. Default: 4.04
   * @returns how many relations there were
   * @throws TypeError for a reply that is a success, or that would have to be encoded, and for a malformed path
   */
  end(path: ResourcePath, reply: Reply = notFound()): number {
    return this.#observations.end(resourcePath(path), lastResponse(reply));
  }

  /** Everybody who observes, or who observes this resource. @throws TypeError for a malformed path */
  relations(path?: ResourcePath): readonly ObserverRelation[] {
    const all = this.#observations.all();
    if (path === undefined) return all;
    const wanted = resourcePath(path);
    return all.filter((relation) => relation.path === wanted);
  }

  /** What has been done since the start, and `relations`: how many there are. */
  get counters(): Readonly<ObserveCounters> & { readonly relations: number } {
    return { ...this.#observations.counters, relations: this.#observations.size };
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
