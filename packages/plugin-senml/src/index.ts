export type { UnitPolicy } from "./convert-units.js";
export type { SenmlSettings } from "./read-pack-as.js";
export type { SenmlGroup, SenmlReading } from "./reading.js";
export {
  SENML_CBOR_CONTENT_FORMAT,
  SENML_JSON_CONTENT_FORMAT,
  senmlCborFormat,
  senmlJsonFormat,
} from "./senml-format.js";
export { type DecodeShape, Senml, type SenmlMapping } from "./senml-mapping.js";
export { type SenmlOptions, senml } from "./senml-plugin.js";
export type { ResolvedRecord, SenmlPack, SenmlRecord } from "./senml-record.js";
export { isPrimaryUnit, secondaryUnit, type UnitConversion } from "./units.js";
