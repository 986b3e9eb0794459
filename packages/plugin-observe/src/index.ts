export type { ConfirmablePolicy } from "./confirmable-policy.js";
export { Notifier } from "./notifier.js";
export type { EndReason } from "./observations.js";
export type { ObserveCounters } from "./observe-counters.js";
export { Observe, type ObserveOptions, observable } from "./observe-decorator.js";
export { type ObservePluginOptions, observe } from "./observe-plugin.js";
export type { ObserverRelation } from "./observer.js";
export type { ResourcePath } from "./resource-path.js";
