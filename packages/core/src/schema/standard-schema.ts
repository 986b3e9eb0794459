import type { StandardSchemaV1 } from "@standard-schema/spec";
import { ConfigError } from "../errors/config-error.js";

/** Longest diagnostic text made of a schema's issues, in characters: a constrained client has to hold it. */
const MAX_SUMMARY_LENGTH = 240;
/** A high surrogate whose other half has been cut off; it would become U+FFFD on the wire. */
const HALF_CHARACTER = /[\uD800-\uDBFF]$/;

/** `"room.name: too short; floor: expected number"`, cut at 240 characters. */
export function summarizeIssues(issues: readonly StandardSchemaV1.Issue[]): string {
  const summary = issues.map(describeIssue).join("; ");
  if (summary.length <= MAX_SUMMARY_LENGTH) return summary;
  return `${summary.slice(0, MAX_SUMMARY_LENGTH - 1).replace(HALF_CHARACTER, "")}…`;
}

function describeIssue(issue: StandardSchemaV1.Issue): string {
  const path = issue.path?.map((part) => String(typeof part === "object" ? part.key : part)).join(".");
  return path ? `${path}: ${issue.message}` : issue.message;
}

/** Whether a value is a schema of the Standard Schema specification. */
export function isSchema(value: unknown): value is StandardSchemaV1 {
  return (typeof value === "object" || typeof value === "function") && value !== null && "~standard" in value;
}

/**
 * Reads options at boot.
 * @param owner who takes them, for the message: `plugin @acme/x`, `createApp`
 * @throws ConfigError that names the owner, each key, what was found and what is allowed
 */
export async function readOptions<T>(owner: string, schema: StandardSchemaV1<unknown, T>, input: unknown): Promise<T> {
  return settled(owner, await schema["~standard"].validate(input));
}

/** `readOptions` for schemas that answer at once. @throws ConfigError, also where the schema is asynchronous */
export function readOptionsSync<T>(owner: string, schema: StandardSchemaV1<unknown, T>, input: unknown): T {
  const result = schema["~standard"].validate(input);
  if (result instanceof Promise) {
    throw new ConfigError(
      "COAPKIT_ERR_OPTIONS_INVALID",
      `${owner}: its options schema is asynchronous; use a synchronous one.`,
    );
  }
  return settled(owner, result);
}

function settled<T>(owner: string, result: StandardSchemaV1.Result<T>): T {
  if (result.issues === undefined) return result.value;
  throw new ConfigError(
    "COAPKIT_ERR_OPTIONS_INVALID",
    `Options of ${owner} are wrong. ${result.issues.map(describeIssue).join("; ")}.`,
  );
}
