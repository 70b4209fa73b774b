/** Every text of the app by area. An entry that lacks a language does not type-check. */
import { editor } from "./editor";
import { training } from "./training";

export const texts = { editor, training };
