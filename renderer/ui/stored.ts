/** Small things remembered between starts. A private window may refuse storage: then nothing is remembered. */

const prefix = "tensorloom.";

/** `check` turns what was stored into a value, or undefined when it is not one. */
export function readStored<T>(key: string, check: (value: unknown) => T | undefined): T | undefined {
  try {
    const text = localStorage.getItem(prefix + key);
    return text === null ? undefined : check(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function writeStored(key: string, value: unknown): void {
  try {
    localStorage.setItem(prefix + key, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden; the choice holds until the window closes.
  }
}
