import { ownClassRecord } from "../metadata/metadata-store.js";
import type { Class } from "./resource.js";

/** Lets a class be injected by its type without listing it in `providers`: one instance for each app. */
export function Injectable(): (target: Class) => void {
  return (target) => {
    ownClassRecord(target.prototype as object).injectable = true;
  };
}
