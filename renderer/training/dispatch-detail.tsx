import { Copy } from "lucide-react";
import { useMemo } from "react";
import type { Plan } from "../../engine";
import { IconButton } from "../ui/button";
import { Scroller } from "../ui/scroller";
import { useNumbers, useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import { wgslTokens } from "./wgsl-tokens";

/** The shader of one dispatch, and what it reads and writes. */
export function DispatchDetail({ plan, dispatch }: { plan: Plan; dispatch: Plan["dispatches"][number] }) {
  const t = useText();
  const { bytes } = useNumbers();
  const shader = plan.shaders[dispatch.shader];
  return (
    <div className="dispatch-detail">
      <Scroller label={t(texts.bindings)} className="bindings">
        <table>
          <thead>
            <tr>
              <th className="number">{t(texts.binding)}</th>
              <th>{t(texts.buffer)}</th>
              <th className="number">{t(texts.offset)}</th>
              <th className="number">{t(texts.size)}</th>
              <th>{t(texts.access)}</th>
            </tr>
          </thead>
          <tbody>
            {dispatch.bindings.map((binding, index) => (
              // A binding is known by its number, which is its place.
              // oxlint-disable-next-line react/no-array-index-key
              <tr key={index}>
                <td className="number dim">{index}</td>
                <td className="label">{plan.buffers[binding.buffer].name}</td>
                <td className="number">{binding.offset}</td>
                <td className="number">{bytes(binding.bytes)}</td>
                <td>{t(binding.access === "read_write" ? texts.readWrite : texts.read)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      <div className="code">
        <div className="code-head">
          <span className="mono dim">{shader.name}.wgsl</span>
          <IconButton
            look="ghost"
            className="small"
            label={t(texts.copyCode)}
            onClick={() => void navigator.clipboard.writeText(shader.code)}
          >
            <Copy aria-hidden />
          </IconButton>
        </div>
        <Scroller label={`${shader.name}.wgsl`} className="wgsl selectable">
          <Wgsl code={shader.code} />
        </Scroller>
      </div>
    </div>
  );
}

function Wgsl({ code }: { code: string }) {
  const tokens = useMemo(() => wgslTokens(code), [code]);
  return (
    <pre>
      {tokens.map(({ kind, text }, index) =>
        kind === "plain" ? (
          text
        ) : (
          // Tokens of one text: their order is all there is.
          // oxlint-disable-next-line react/no-array-index-key
          <span key={index} className={kind}>
            {text}
          </span>
        ),
      )}
    </pre>
  );
}
