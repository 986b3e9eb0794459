import assert from "node:assert/strict";
import { createApp, type PayloadFormat, type Plugin } from "@coapkit/core";
import { recordPlugin } from "../plugin-contract/host-record.js";
import { SILENT } from "../silent-logger.js";

/** A format, or what makes the plugin that adds one or several. */
export type FormatSource = PayloadFormat | (() => Plugin);

/**
 * The formats of a source; a plugin is set up in an app of its own to find out.
 * @throws AssertionError where a plugin adds none
 */
export async function formatsOf(source: FormatSource): Promise<readonly PayloadFormat[]> {
  if (typeof source !== "function") return [source];
  const { plugin, record } = recordPlugin(source());
  await (await createApp({ plugins: [plugin], logger: SILENT })).close();
  const { name } = plugin.definition;
  assert.ok(record.formats.length > 0, `The contract wants ${name} to add a format; its setup added none.`);
  return record.formats;
}

/** Title of a source's tests. */
export function titleOf(source: FormatSource): string {
  return typeof source === "function"
    ? `formats of ${source().definition.name}`
    : `content format ${source.contentFormat} (${source.mediaType})`;
}
