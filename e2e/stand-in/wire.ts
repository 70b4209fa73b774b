/**
 * How values cross between the page and the main process. Electron uses structured clone; here they go through JSON with
 * bytes as base64. Returned by one self-contained function, because its source is also run in the page.
 */
export function wire() {
  const encode = (value: unknown): unknown => {
    if (value === null || value === undefined || ["string", "number", "boolean"].includes(typeof value))
      return value;
    if (value instanceof Uint8Array) return { $bytes: toBase64(value) };
    if (Array.isArray(value)) return value.map(encode);
    if (typeof value === "object" && isPlain(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encode(inner)]));
    }
    throw new Error(`A ${typeof value} could not be cloned`);
  };

  const decode = (value: unknown): unknown => {
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map(decode);
    if ("$bytes" in value) return Uint8Array.from(atob(String(value.$bytes)), (char) => char.charCodeAt(0));
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner)]));
  };

  const isPlain = (value: object) => {
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null;
  };

  const toBase64 = (bytes: Uint8Array) => {
    // A call takes a limited number of arguments.
    const chunk = 0x8000;
    let text = "";
    for (let at = 0; at < bytes.length; at += chunk) {
      text += String.fromCharCode(...bytes.subarray(at, at + chunk));
    }
    return btoa(text);
  };

  return { encode, decode };
}
