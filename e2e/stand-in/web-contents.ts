/** `webContents`: one page of the Chromium, its requests answered by the app's protocol handlers. */
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import type { Frame, Page, Route } from "@playwright/test";
import type { IpcMainInvokeEvent, WebContents, WindowOpenHandlerResponse } from "electron";
import { app, preventable } from "./app";
import { invoke } from "./ipc-main";
import { type Ask, askName, deliverName, rendererScript } from "./renderer-side";
import { fromBrowser, serve, toBrowser } from "./schemes";
import { deniesPermissions } from "./session";
import { wire } from "./wire";

const { encode, decode } = wire();

type OpenHandler = (details: { url: string }) => WindowOpenHandlerResponse;

type UsedWebContents = Pick<WebContents, "loadURL" | "send" | "isDestroyed" | "close" | "getURL">;

export class StandInWebContents extends EventEmitter implements UsedWebContents {
  readonly page: Promise<Page>;
  targetId = "";
  /** The address that the app itself is loading: any other navigation is the page's. */
  #loading: string | null = null;
  #page: Page | null = null;
  #openHandler: OpenHandler | null = null;

  constructor(
    preload: string | undefined,
    readonly window: { close(): void; isDestroyed(): boolean; pageClosed(): void },
  ) {
    super();
    this.page = this.#openPage(preload);
    this.page.catch((error: unknown) => {
      console.error(error);
      app.exit(1);
    });
  }

  async #openPage(preload: string | undefined): Promise<Page> {
    const { context } = await app.chromium();
    if (deniesPermissions()) await context.grantPermissions([]);
    const page = await context.newPage();
    this.#page = page;
    const session = await context.newCDPSession(page);
    this.targetId = (await session.send("Target.getTargetInfo")).targetInfo.targetId;

    await page.exposeBinding(askName, ({ frame }, ...request: Parameters<Ask>) =>
      this.#answer(frame, ...request),
    );
    if (preload) await page.addInitScript({ content: rendererScript(readFileSync(preload, "utf8")) });
    await page.route("**/*", (route) => this.#route(page, route));
    page.on("popup", (popup) => void popup.close());
    page.on("close", () => this.window.pageClosed());
    page.on("load", () => {
      this.emit("did-finish-load");
    });
    return page;
  }

  async #answer(frame: Frame, ...[kind, target, args]: Parameters<Ask>): ReturnType<Ask> {
    if (kind === "open") {
      const action = this.#openHandler?.({ url: fromBrowser(target) }).action;
      return action === "deny" ? {} : { error: "electron stand-in: only denied windows are implemented" };
    }
    const senderFrame = { url: fromBrowser(frame.url()), parent: frame.parentFrame() };
    // The app looks at nothing else of the event.
    const event = { sender: this, senderFrame } as unknown as IpcMainInvokeEvent;
    try {
      return { value: encode(await invoke(event, target, args.map(decode))) };
    } catch (error) {
      return { error: String(error) };
    }
  }

  async #route(page: Page, route: Route): Promise<void> {
    const request = route.request();
    const url = fromBrowser(request.url());
    if (request.isNavigationRequest() && request.frame() === page.mainFrame() && url !== this.#loading) {
      const event = preventable({ url });
      this.emit("will-navigate", event, url);
      if (event.defaultPrevented) return route.abort("aborted");
    }
    const response = await serve(new Request(url, { method: request.method(), headers: request.headers() }));
    if (!response) return route.abort("blockedbyclient");
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.page;
    this.#loading = url;
    try {
      await page.goto(toBrowser(url));
    } finally {
      this.#loading = null;
    }
  }

  send(channel: string, ...args: unknown[]): void {
    const message = { name: deliverName, channel, args: args.map(encode) };
    void this.page.then((page) =>
      page.evaluate(({ name, channel, args }) => {
        const deliver = Reflect.get(window, name) as (channel: string, args: unknown[]) => void;
        deliver(channel, args);
      }, message),
    );
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }
  getURL(): string {
    return this.#page ? fromBrowser(this.#page.url()) : "";
  }
  isDestroyed(): boolean {
    return this.window.isDestroyed();
  }
  close(): void {
    this.window.close();
  }
}
