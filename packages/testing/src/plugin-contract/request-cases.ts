import assert from "node:assert/strict";
import { inspect } from "node:util";
import { type InjectRequest, Reply } from "@coapkit/core";
import { isCoapkitError, OptionNumber } from "@coapkit/protocol";
import { assertStandsHostilePayloads, assertStandsRandomPayloads } from "../format-contract/hostile-cases.js";
import { Random } from "../format-contract/random.js";
import type { ContractCase } from "../runner/contract-case.js";
import { type ContractApp, withApp } from "./contract-app.js";
import type { HookFailure, HostRecord } from "./host-record.js";
import type { Subject } from "./plugin-options.js";
import { PROBE_PATH } from "./probe.js";
import { within } from "./within.js";

/** What an app with the plugin has to do with requests of all kinds. */
export function requestCases(subject: Subject): readonly ContractCase[] {
  const inApp = (use: (contractApp: ContractApp) => Promise<void>) => () => withApp(subject, use);
  return [
    { title: "lets plain requests through", run: inApp((app) => assertPlain(subject, app)) },
    { title: "stands requests that no route answers", run: inApp((app) => assertStands(subject, app, UNROUTED)) },
    { title: "stands handlers that fail", run: inApp((app) => assertFailures(subject, app)) },
    {
      title: "stands malformed paths, queries and options",
      run: inApp((app) => assertStands(subject, app, MALFORMED)),
    },
    { title: "stands hostile payloads in the formats it adds", run: inApp((app) => assertFormats(subject, app)) },
  ];
}

const UNROUTED: readonly InjectRequest[] = [
  { method: "GET", path: "/coapkit-contract/nowhere" },
  { method: "GET", path: "/" },
  { method: "DELETE", path: PROBE_PATH.plain },
  { method: "IPATCH", path: "/coapkit-contract/nowhere", payload: "x", contentFormat: 0 },
  { method: "GET", path: "/coapkit-contract/nowhere", confirmable: false },
];

const NOT_UTF8 = Uint8Array.of(0xff, 0xfe, 0x00);

const MALFORMED: readonly InjectRequest[] = [
  ...["", "=", "==", "=x", "&", "a=%", "__proto__=1", "constructor=1", "a".repeat(255), NOT_UTF8].map((value) => ({
    method: "GET" as const,
    path: PROBE_PATH.plain,
    options: [{ number: OptionNumber.UriQuery, value }],
  })),
  ...["", ".", "..", "__proto__", "%2f", "a/b", "\u0000", NOT_UTF8].map((value) => ({
    method: "GET" as const,
    path: "/coapkit-contract",
    options: [{ number: OptionNumber.UriPath, value }],
  })),
  { method: "GET", path: PROBE_PATH.plain, options: [{ number: OptionNumber.Accept, value: 65_535 }] },
  { method: "GET", path: PROBE_PATH.plain, options: [{ number: OptionNumber.Observe, value: 0 }] },
  { method: "GET", path: PROBE_PATH.plain, options: [{ number: 65_001, value: NOT_UTF8 }] },
  { method: "GET", path: PROBE_PATH.plain, options: [{ number: 65_000, value: NOT_UTF8 }] },
  { method: "GET", path: PROBE_PATH.plain, payload: NOT_UTF8 },
  { method: "POST", path: PROBE_PATH.payload },
  { method: "POST", path: PROBE_PATH.payload, payload: NOT_UTF8 },
  { method: "POST", path: PROBE_PATH.payload, payload: NOT_UTF8, contentFormat: 0 },
  {
    method: "POST",
    path: PROBE_PATH.payload,
    payload: NOT_UTF8,
    options: [{ number: OptionNumber.ContentFormat, value: 65_535 }],
  },
];

/**
 * Sends a request with what it takes to pass the plugin's guards.
 * @returns the dotted code, or `undefined` where the request was rightly left without an answer (RFC 7252 §5.4.1)
 */
export async function send(
  subject: Subject,
  { app }: ContractApp,
  request: InjectRequest,
): Promise<string | undefined> {
  const options = [...(subject.options.requestOptions ?? []), ...(request.options ?? [])];
  const what = `${request.method} ${request.path}`;
  try {
    return (await within(app.inject({ ...request, options }), subject.deadlineMs, what)).code;
  } catch (error) {
    if (isCoapkitError(error, "COAPKIT_ERR_TIMEOUT")) return undefined;
    throw error;
  }
}

async function assertPlain(subject: Subject, contractApp: ContractApp): Promise<void> {
  for (const path of [PROBE_PATH.plain, PROBE_PATH.later, PROBE_PATH.plain]) {
    const code = await send(subject, contractApp, { method: "GET", path });
    const hint = "If it guards every route, pass requestOptions or routeMetadata that satisfy it.";
    assert.equal(code, "2.05", `The contract wants a plain GET to be answered with 2.05; found ${code}. ${hint}`);
  }
  assertHooksHeld(contractApp.record, "a plain GET");
}

async function assertStands(
  subject: Subject,
  contractApp: ContractApp,
  requests: readonly InjectRequest[],
): Promise<void> {
  for (const request of requests) {
    const what = inspect(request, { breakLength: Number.POSITIVE_INFINITY, maxStringLength: 60 });
    const code = await send(subject, contractApp, request);
    assertHooksHeld(contractApp.record, what);
    const wanted = `The contract wants no server error for what a client sent, ${what}; found ${code}.`;
    assert.ok(!code?.startsWith("5."), wanted);
  }
  await assertPlain(subject, contractApp);
}

async function assertFailures(subject: Subject, contractApp: ContractApp): Promise<void> {
  for (const path of [PROBE_PATH.bug, PROBE_PATH.conflict]) {
    const code = await send(subject, contractApp, { method: "GET", path });
    const found = `The contract wants a failed handler to be answered with an error; found ${code}.`;
    assert.match(code ?? "none", /^[45]\./, found);
    assertHooksHeld(contractApp.record, "a handler that throws");
  }
  await assertPlain(subject, contractApp);
}

async function assertFormats(subject: Subject, contractApp: ContractApp): Promise<void> {
  const random = new Random(7);
  for (const format of contractApp.record.formats) {
    assertStandsHostilePayloads(format);
    assertStandsRandomPayloads(format, [], { randomPayloads: 500 });
    const { contentFormat } = format;
    const payloads = Array.from({ length: 50 }, () => random.bytes(1 + random.below(32)));
    const requests = payloads.map(
      (payload) => ({ method: "POST", path: PROBE_PATH.formats, contentFormat, payload }) as const,
    );
    await assertStands(subject, contractApp, requests);
  }
}

/** Guards may refuse with an error that has a code, or with a reply; all else that a hook throws is a bug. */
function assertHooksHeld(record: HostRecord, what: string): void {
  const failure = record.hookFailures.find((candidate) => !isRefusal(candidate));
  if (failure === undefined) return;
  const found = inspect(failure.error, { depth: 1 });
  assert.fail(`The contract wants hooks not to throw for ${what}; ${failure.hook} threw ${found}`);
}

function isRefusal({ hook, error }: HookFailure): boolean {
  if (hook !== "onRequest" && hook !== "preHandler") return false;
  return error instanceof Reply || (isCoapkitError(error) && "responseCode" in error);
}
