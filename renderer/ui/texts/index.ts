/** Every text of the app by area. An entry that lacks a language does not type-check. */
import { drawing } from "./drawing";
import { editor } from "./editor";
import { measuring } from "./measuring";
import { panels } from "./panels";
import { safety } from "./safety";
import { settings } from "./settings";
import { training } from "./training";

export const texts = { drawing, editor, measuring, panels, safety, settings, training };
