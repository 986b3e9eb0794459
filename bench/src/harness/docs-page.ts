/** Markdown by the name of the block it belongs into. */
export type Blocks = ReadonlyMap<string, string>;

/**
 * Puts blocks between their markers, `<!-- bench:name -->` and `<!-- /bench:name -->`; everything else stays.
 * @throws Error that names a block whose markers the page lacks
 */
export function replaceBlocks(page: string, blocks: Blocks): string {
  let changed = page;
  for (const [name, text] of blocks) {
    const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
    const [from, to] = [changed.indexOf(begin), changed.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`The page lacks the markers ${begin} and ${end}.`);
    changed = `${changed.slice(0, from + begin.length)}\n\n${text}\n\n${changed.slice(to)}`;
  }
  return changed;
}
