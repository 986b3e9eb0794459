import type { PayloadFormat } from "@coapkit/core";
import type { ContractCase } from "../runner/contract-case.js";
import { describeCases, type TestRunner } from "../runner/describe-cases.js";
import { assertDeclaration } from "./declaration-case.js";
import type { FormatContractOptions } from "./format-options.js";
import {
  assertRefusesMalformed,
  assertStandsHostilePayloads,
  assertStandsRandomPayloads,
  assertStandsTruncation,
} from "./hostile-cases.js";
import { assertEncodes, assertRoundTrips, encodeSample, samplesOf } from "./round-trip-cases.js";

/**
 * What every content format has to keep to: values survive, and no payload from outside makes it throw, hang, change a
 * prototype or give a value that is too deep to read.
 * @example formatContract(csv, { samples: [[["a", "1"]]], malformed: ['"open'] })
 */
export function formatContract(format: PayloadFormat, options: FormatContractOptions): readonly ContractCase[] {
  const valid = () => samplesOf(format, options).map((sample) => encodeSample(format, sample));
  return [
    { title: "declares a content format that agrees with the IANA registry", run: () => assertDeclaration(format) },
    { title: "encodes samples to bytes or text, repeatably", run: () => assertEncodes(format, options) },
    { title: "decodes what it encoded to the same value", run: () => assertRoundTrips(format, options) },
    { title: "refuses malformed payloads with a reason", run: () => assertRefusesMalformed(format, options) },
    { title: "stands truncated payloads", run: () => assertStandsTruncation(format, valid()) },
    { title: "stands hostile payloads", run: () => assertStandsHostilePayloads(format) },
    {
      title: "stands thousands of random and damaged payloads",
      run: () => assertStandsRandomPayloads(format, valid(), options),
    },
  ];
}

/** {@link formatContract} as tests of a runner, titled with the media type. */
export function describeFormatContract(
  runner: TestRunner,
  format: PayloadFormat,
  options: FormatContractOptions,
): void {
  describeCases(
    `content format ${format.contentFormat} (${format.mediaType})`,
    formatContract(format, options),
    runner,
  );
}
