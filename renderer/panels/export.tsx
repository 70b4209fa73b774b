import { Menu } from "@base-ui/react/menu";
import { savePng, saveSvg } from "../picture/save";
import { exportJson, exportTypescript, saveWeights } from "../training/exports";
import { useText } from "../ui/text";
import { safety } from "../ui/texts/safety";
import { training as texts } from "../ui/texts/training";

const exports = [
  { id: "json", label: texts.exportJson, run: exportJson },
  { id: "typescript", label: texts.exportTypescript, run: exportTypescript },
  { id: "png", label: safety.pictureAsPng, run: savePng },
  { id: "svg", label: safety.pictureAsSvg, run: saveSvg },
  { id: "weights", label: texts.exportWeights, run: saveWeights },
] as const;

/** What can be taken away, in the top bar. */
export function ExportMenu() {
  const t = useText();
  return (
    <Menu.Root>
      <Menu.Trigger className="button">{t(texts.export)}</Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="positioner" sideOffset={6} align="end">
          <Menu.Popup className="popup">
            {exports.map(({ id, label, run }) => (
              <Menu.Item key={id} className="option" onClick={() => void run()}>
                {t(label)}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
