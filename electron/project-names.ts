/** What project files are called. Windows and macOS open a file by what stands behind its last dot, so there it is shorter. */
const endings = [".loom.json", ".loom"] as const;

export function isProjectName(file: string): boolean {
  return endings.some((ending) => file.endsWith(ending));
}

/** The name that is offered for a new file, e.g. `iris.loom` for `iris.loom.json`. */
export function offeredName(name: string, platform: NodeJS.Platform): string {
  const [whole, short] = endings;
  const bare = isProjectName(name) ? name.replace(/\.loom(\.json)?$/, "") : name;
  return `${bare}${platform === "win32" || platform === "darwin" ? short : whole}`;
}
