/** The addresses of the 600 digits, by path from the folder's parent. A module of its own: few people open them. */
const urls = import.meta.glob<string>("../../assets/datasets/digits-folder/**", {
  query: "?url&no-inline",
  import: "default",
  eager: true,
});

export const folderUrls: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(urls).map(([path, url]) => [path.replace("../../assets/datasets/", ""), url]),
);
