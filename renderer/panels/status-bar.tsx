import { useAutosave } from "../autosave";
import { useChecked } from "../document/checked";
import { TrainingStatus } from "../training/status";
import { Choice } from "../ui/choice";
import { themes, usePreferences } from "../ui/preferences";
import { useNumbers, useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { safety } from "../ui/texts/safety";
import "./bars.css";

const themeNames = { system: editor.themeSystem, dark: editor.themeDark, light: editor.themeLight };
/** Each in its own words, so that a person finds the way back. */
const languageNames = [
  { value: "en", label: "English" },
  { value: "zh", label: "简体中文" },
] as const;

export function StatusBar() {
  const t = useText();
  const { count } = useNumbers();
  const { parameterCount } = useChecked();
  const { language, theme, setLanguage, setTheme } = usePreferences();
  return (
    <footer className="status-bar" aria-label={t(editor.statusBar)}>
      <TrainingStatus />
      <span>{t(editor.parameters, { count: count(parameterCount) })}</span>
      <span className="grow" />
      <Autosaved />
      <Choice
        className="status-choice"
        label={t(editor.language)}
        value={language}
        options={languageNames}
        onChange={setLanguage}
      />
      <Choice
        className="status-choice"
        label={t(editor.theme)}
        value={theme}
        options={themes.map((value) => ({ value, label: t(themeNames[value]) }))}
        onChange={setTheme}
      />
    </footer>
  );
}

function Autosaved() {
  const t = useText();
  const at = useAutosave((autosave) => autosave.at);
  return at === null ? null : (
    <span>{t(safety.autosaved, { time: new Date(at).toLocaleTimeString([], { timeStyle: "medium" }) })}</span>
  );
}
