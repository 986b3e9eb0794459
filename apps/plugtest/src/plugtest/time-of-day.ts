/** `HH:MM:SS`, in the local time zone. */
export function timeOfDay(): string {
  return new Date().toTimeString().slice(0, "HH:MM:SS".length);
}
