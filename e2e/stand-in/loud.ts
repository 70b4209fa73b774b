/** Whoever uses a part of Electron that the stand-in lacks is told its name, and does not get `undefined`. */
export function loud<T extends object>(name: string, object: T): T {
  return new Proxy(object, {
    get(target, key, receiver) {
      // Symbols, `then` and `toJSON` are asked for by Node and the inspector, not by the app.
      if (key in target || typeof key === "symbol" || ["then", "toJSON", "__esModule"].includes(key)) {
        return Reflect.get(target, key, receiver);
      }
      throw new Error(`electron stand-in: ${name}.${key} is not implemented`);
    },
  });
}
