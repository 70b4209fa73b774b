import { beforeAll, describe, expect, it, vi } from "vitest";
import { menuCommands } from "../electron/ipc";
import { wordScore } from "./panels/word-score";

// The modules ask the window about its width and theme when they are loaded.
const listen = () => {};
vi.stubGlobal("window", {
  matchMedia: () => ({ matches: false, addEventListener: listen }),
  addEventListener: listen,
  removeEventListener: listen,
});
vi.stubGlobal("navigator", { language: "en", platform: "Linux", userAgent: "" });
vi.stubGlobal("document", { activeElement: null, execCommand: () => true });
/** Something in the page that is written in. */
class Field {
  readonly isContentEditable = true;
}
vi.stubGlobal("HTMLElement", Field);

type Commands = typeof import("./commands");
type Store = typeof import("./document/store");
let app: Commands;
let store: Store;

beforeAll(async () => {
  app = await import("./commands");
  store = await import("./document/store");
});

describe("the commands of the app", () => {
  it.each(["verify", "flops", "tidy", "undo", "frame"])(
    "are found by a word of their name first: %s",
    (word) => {
      const score = ({ id, title }: (typeof app.commands)[number]) =>
        wordScore(id, word, [title.en, title.zh]);
      const [first] = app.commands.toSorted((x, y) => score(y) - score(x));
      expect(first.title.en.toLowerCase()).toContain(word);
    },
  );

  it("have ids and shortcuts of their own", () => {
    const ids = app.commands.map(({ id }) => id);
    const shortcuts = app.commands.flatMap((command) => command.shortcuts ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
  });

  it("never hang on a letter or digit alone, nor a change of the document on any key alone but Delete", () => {
    const alone = app.commands.flatMap(({ id, group, shortcuts = [] }) =>
      shortcuts.filter((shortcut) => !/^(Mod|Alt)\+/.test(shortcut)).map((key) => ({ id, group, key })),
    );
    expect(alone.filter(({ key }) => /^[a-z0-9]$/i.test(key))).toEqual([]);
    const changing = alone.filter(({ group }) => group !== "view").map(({ id, key }) => `${key}: ${id}`);
    expect(changing).toEqual(["Delete: edit.delete", "Backspace: edit.delete", "F2: edit.rename"]);
  });

  it("are all in the command palette and in the list of shortcuts", async () => {
    const { commandGroups } = await import("./panels/command-palette");
    const shown = new Set(commandGroups.map(([group]) => group));
    expect(app.commands.filter(({ group }) => !shown.has(group))).toEqual([]);
  });

  it("answer every item of the native menu", () => {
    const ids = new Set(app.commands.map(({ id }) => id));
    expect(menuCommands.filter((id) => !ids.has(id))).toEqual([]);
  });

  it("edit the document, and undo it", async () => {
    const { addNode } = await import("./document/commands");
    const { useDocument, run } = store;
    const types = () => useDocument.getState().project.graph.nodes.map(({ type }) => type);
    useDocument.getState().select(run(addNode("Linear", { x: 0, y: 0 })));
    app.runCommand("edit.duplicate");
    expect(types()).toEqual(["Linear", "Linear"]);
    app.runCommand("edit.cut");
    expect(types()).toEqual(["Linear"]);
    app.runCommand("edit.paste");
    expect(types()).toEqual(["Linear", "Linear"]);
    app.runCommand("edit.selectAll");
    app.runCommand("edit.delete");
    expect(types()).toEqual([]);
    app.runMenuCommand("edit.undo");
    expect(types()).toEqual(["Linear", "Linear"]);
  });

  it("leave keys of the menu to a field in which a person types", () => {
    const execCommand = vi.fn();
    vi.stubGlobal("document", { activeElement: new Field(), execCommand });
    const { useDocument } = store;
    const before = useDocument.getState().project;
    useDocument.getState().select(before.graph.nodes.map(({ id }) => id));
    app.runMenuCommand("edit.delete");
    expect(useDocument.getState().project).toBe(before);
    useDocument.getState().select([]);
    app.runMenuCommand("edit.selectAll");
    expect(execCommand).toHaveBeenLastCalledWith("selectAll");
    expect(useDocument.getState().selectedNodes).toEqual([]);
  });
});
