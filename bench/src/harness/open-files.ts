import { readFileSync } from "node:fs";

/** Files that a process of this machine may open, the sockets among them; `undefined` where the system does not say. */
export function openFilesLimit(): number | undefined {
  try {
    return parseOpenFiles(readFileSync("/proc/self/limits", "latin1"));
  } catch {
    return undefined;
  }
}

/** Reads Linux' table of limits. @returns the soft limit, `undefined` where there is none */
export function parseOpenFiles(limits: string): number | undefined {
  const text = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return text === undefined ? undefined : Number(text);
}
