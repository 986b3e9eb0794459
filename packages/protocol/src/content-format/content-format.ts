/** Content-Format numbers in common use, by name; the whole registry is behind `mediaTypeOf`. RFC 7252 §12.3. */
export const ContentFormat = {
  TextPlain: 0,
  LinkFormat: 40,
  Xml: 41,
  OctetStream: 42,
  Exi: 47,
  Json: 50,
  JsonPatch: 51,
  MergePatchJson: 52,
  Cbor: 60,
  Cwt: 61,
  MultipartCore: 62,
  CborSeq: 63,
  SenmlJson: 110,
  SensmlJson: 111,
  SenmlCbor: 112,
  SensmlCbor: 113,
  SenmlExi: 114,
  SensmlExi: 115,
  ProblemDetailsCbor: 257,
  SenmlXml: 310,
  SensmlXml: 311,
  SenmlEtchJson: 320,
  SenmlEtchCbor: 322,
  TdJson: 432,
} as const;

/** A Content-Format that this package has a name for; functions take any `number` from 0 to 65535. */
export type ContentFormat = (typeof ContentFormat)[keyof typeof ContentFormat];
