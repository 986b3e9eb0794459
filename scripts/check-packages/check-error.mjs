/** Something is wrong with a package; the message says what, for a reader without the source of this script. */
export class CheckError extends Error {
  name = "CheckError";
}
