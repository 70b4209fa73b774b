/** The projects that come with the app. */
const files = import.meta.glob<string>("../assets/examples/*.loom.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

export interface Example {
  /** `iris`, `mnist-cnn`. */
  readonly name: string;
  readonly text: string;
}

export const examples: readonly Example[] = Object.entries(files).map(([path, text]) => ({
  name: path.slice(path.lastIndexOf("/") + 1).replace(".loom.json", ""),
  text,
}));
