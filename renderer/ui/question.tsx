/** A question that must be answered before going on: `await ask({ … })`. */
import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useRef } from "react";
import { create } from "zustand";
import type { Text } from "../../engine";
import { Button } from "./button";
import { useText } from "./text";

interface Question<Answer extends string> {
  readonly title: Text;
  readonly text: Text;
  /** Left to right; the last is the safe and primary one. */
  readonly answers: readonly { readonly id: Answer; readonly label: Text }[];
  /** What Escape means. */
  readonly escape: Answer;
}

interface Asked {
  readonly question: Question<string> | null;
  readonly answer: (id: string) => void;
}

const useAsked = create<Asked>(() => ({ question: null, answer: () => {} }));

export function ask<Answer extends string>(question: Question<Answer>): Promise<Answer> {
  return new Promise((resolve) => {
    useAsked.setState({
      question,
      answer: (id) => {
        useAsked.setState({ question: null });
        resolve(question.answers.find((answer) => answer.id === id)?.id ?? question.escape);
      },
    });
  });
}

export function QuestionDialog() {
  const t = useText();
  const { question, answer } = useAsked();
  const primary = useRef<HTMLButtonElement>(null);
  return (
    <AlertDialog.Root
      open={question !== null}
      onOpenChange={(open) => !open && question && answer(question.escape)}
    >
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" />
        <AlertDialog.Popup className="dialog" initialFocus={primary}>
          {question && (
            <>
              <AlertDialog.Title>{t(question.title)}</AlertDialog.Title>
              <AlertDialog.Description>{t(question.text)}</AlertDialog.Description>
              <div className="dialog-actions">
                {question.answers.map(({ id, label }, index) => (
                  <Button
                    key={id}
                    ref={index === question.answers.length - 1 ? primary : undefined}
                    look={index === question.answers.length - 1 ? "primary" : "plain"}
                    onClick={() => answer(id)}
                  >
                    {t(label)}
                  </Button>
                ))}
              </div>
            </>
          )}
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
