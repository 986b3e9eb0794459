/** What a patch may do to a document. */
export interface PatchLimits {
  /** Levels of arrays and objects in each other that a patched document may have, where the patch has written. */
  readonly maxDepth: number;
  /** Most operations of a JSON Patch. */
  readonly maxPatchOperations: number;
  /** What a JSON Patch may write in all: values, and characters of texts and names. `copy` could double without end. */
  readonly maxPatchSize: number;
}
