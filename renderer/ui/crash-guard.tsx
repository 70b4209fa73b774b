import { Component, type ReactNode } from "react";
import { Button } from "./button";
import { useText } from "./text";
import { editor } from "./texts/editor";

interface CrashGuardProps {
  readonly children: ReactNode;
}

/** Instead of an empty window when drawing it fails. The document lives outside and is not lost; shortcuts go on working. */
export class CrashGuard extends Component<CrashGuardProps, { readonly error: Error | null }> {
  override readonly state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <Crashed error={error} onRetry={() => this.setState({ error: null })} />;
  }
}

function Crashed({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  const t = useText();
  return (
    <div className="crashed" role="alert">
      <h1>{t(editor.crashTitle)}</h1>
      <p>{t(editor.crashText)}</p>
      <pre className="mono selectable">{error.message}</pre>
      <Button look="primary" onClick={onRetry}>
        {t(editor.tryAgain)}
      </Button>
    </div>
  );
}
