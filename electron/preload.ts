/** Runs in the sandbox before the page: puts the contract's calls on `window`, and nothing else. */
import { contextBridge, ipcRenderer, webUtils } from "electron";
import type { Channel, HostApi, Language, Reply, Request, Response } from "./ipc";
import { apiName, menuChannel } from "./ipc";

function language(): Language {
  return document.documentElement.lang.startsWith("zh") ? "zh" : "en";
}

function call<C extends Channel>(channel: C): (...request: Request<C>) => Promise<Response<C>> {
  return async (...request) => {
    // The main process validates what it sends against the same contract.
    const reply = (await ipcRenderer.invoke(channel, ...request)) as Reply<Response<C>>;
    if (!reply.ok) throw new Error(reply.error[language()]);
    return reply.value;
  };
}

const setUnsavedChanges = call("setUnsavedChanges");
const setShortcuts = call("setShortcuts");
const setLanguage = call("setLanguage");
const openDropped = call("openDropped");

/** Commands that arrive before the page listens, such as the file that the app was started with. */
const waiting: string[] = [];
const listeners = new Set<(command: string) => void>();
ipcRenderer.on(menuChannel, (_event, command: string) => {
  if (listeners.size === 0) waiting.push(command);
  for (const listener of listeners) listener(command);
});

const api: HostApi = {
  openProject: call("openProject"),
  saveProject: call("saveProject"),
  saveProjectAs: call("saveProjectAs"),
  exportFile: call("exportFile"),
  openDataFiles: call("openDataFiles"),
  openDataFolder: call("openDataFolder"),
  reopenData: call("reopenData"),
  recentProjects: call("recentProjects"),
  openRecent: call("openRecent"),
  openDropped: async (file) => {
    const path = webUtils.getPathForFile(file);
    return path === "" ? null : openDropped(path);
  },
  writeAutosave: call("writeAutosave"),
  clearAutosave: call("clearAutosave"),
  leftAutosave: call("leftAutosave"),
  setUnsavedChanges: (unsaved) => void setUnsavedChanges(unsaved),
  setShortcuts: (chosen) => void setShortcuts(chosen),
  onMenu: (listener) => {
    listeners.add(listener);
    for (const command of waiting.splice(0)) listener(command);
    return () => listeners.delete(listener);
  },
};

contextBridge.exposeInMainWorld(apiName, api);

document.addEventListener("DOMContentLoaded", () => {
  const tell = () => void setLanguage(language());
  new MutationObserver(tell).observe(document.documentElement, { attributeFilter: ["lang"] });
  tell();
});
