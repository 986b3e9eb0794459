import { AssertionError } from "node:assert";

/** The promise's value, or an AssertionError when it takes longer than `deadlineMs` milliseconds. */
export async function within<T>(promise: Promise<T>, deadlineMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new AssertionError({ message: `The contract wants ${what} to end within ${deadlineMs} ms; it did not.` }));
    }, deadlineMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
