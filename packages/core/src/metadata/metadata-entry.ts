/** One piece of metadata with its value, as `app.route({ metadata: [...] })` takes it. */
export interface MetadataEntry {
  readonly key: symbol;
  readonly value: unknown;
  /** Name of the plugin that acts on it: an app whose routes carry it does not boot without that plugin. */
  readonly plugin?: string | undefined;
}
