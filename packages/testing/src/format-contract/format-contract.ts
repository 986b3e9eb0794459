import type { PayloadFormat } from "@coapkit/core";
import type { ContractCase } from "../runner/contract-case.js";
import { describeCases, type TestRunner } from "../runner/describe-cases.js";
import { assertDeclaration } from "./declaration-case.js";
import type { FormatContractOptions } from "./format-options.js";
import { type FormatSource, formatsOf, titleOf } from "./format-source.js";
import {
  assertRefusesMalformed,
  assertStandsHostilePayloads,
  assertStandsRandomPayloads,
  assertStandsTruncation,
} from "./hostile-cases.js";
import { assertEncodes, assertRoundTrips, encodeSample, samplesOf } from "./round-trip-cases.js";

/**
 * What every content format has to keep to: values survive, and no payload from outside makes it throw, hang, change a
 * prototype or give a value that is too deep to read. Of a plugin, each format that it adds is checked.
 * @example formatContract(csvFormat, { samples: [[{ id: "1" }]], malformed: ['"open'] })
 */
export function formatContract(source: FormatSource, options: FormatContractOptions): readonly ContractCase[] {
  const checkEach = (title: string, check: (format: PayloadFormat) => void): ContractCase => ({
    title,
    run: async () => {
      for (const format of await formatsOf(source)) check(format);
    },
  });
  const validPayloads = (format: PayloadFormat) =>
    samplesOf(format, options).map((sample) => encodeSample(format, sample));
  return [
    checkEach("declares a content format that agrees with the IANA registry", assertDeclaration),
    checkEach("encodes samples to bytes or text, repeatably", (format) => assertEncodes(format, options)),
    checkEach("decodes what it encoded to the same value", (format) => assertRoundTrips(format, options)),
    checkEach("refuses malformed payloads with a reason", (format) => assertRefusesMalformed(format, options)),
    checkEach("stands truncated payloads", (format) => assertStandsTruncation(format, validPayloads(format))),
    checkEach("stands hostile payloads", assertStandsHostilePayloads),
    checkEach("stands thousands of random and damaged payloads", (format) =>
      assertStandsRandomPayloads(format, validPayloads(format), options),
    ),
  ];
}

/** {@link formatContract} as tests of a runner, titled with the media type, or with the plugin's name. */
export function describeFormatContract(runner: TestRunner, source: FormatSource, options: FormatContractOptions): void {
  describeCases(titleOf(source), formatContract(source, options), runner);
}
