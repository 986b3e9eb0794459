import {
  encodeOptions,
  findBadOption,
  OptionNumber,
  OptionRegistry,
  OptionsView,
  parseCoapUri,
  uriToOptions,
} from "@coapkit/protocol";
import type { MicroCase } from "./timing.js";

const ENTRIES = [
  { number: OptionNumber.UriPath, value: "sensors" },
  { number: OptionNumber.UriPath, value: "1" },
  { number: OptionNumber.UriQuery, value: "unit=K" },
  { number: OptionNumber.Accept, value: 50 },
];

/** Options of a request: two path segments, a query, Accept. */
export function optionCodecCases(): readonly MicroCase[] {
  const bytes = encodeOptions(ENTRIES);
  const view = new OptionsView(bytes, 0, bytes.length);
  const registry = new OptionRegistry();
  return [
    { name: "OptionsView.parse: four options checked", isAsync: false, run: () => OptionsView.parse(bytes) },
    { name: "findBadOption: four options", isAsync: false, run: () => findBadOption(view, registry) },
    { name: "view.uint(Accept)", isAsync: false, run: () => view.uint(OptionNumber.Accept) },
    { name: "view.strings(UriPath)", isAsync: false, run: () => view.strings(OptionNumber.UriPath) },
    { name: "encodeOptions: four options", isAsync: false, run: () => encodeOptions(ENTRIES) },
    { name: "parseCoapUri and uriToOptions", isAsync: false, run: uriCase },
  ];
}

function uriCase(): unknown {
  const uri = parseCoapUri("coap://192.0.2.1/sensors/1?unit=K");
  return uri.ok && uriToOptions(uri.value);
}
