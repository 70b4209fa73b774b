import type { ReactNode } from "react";

interface ScrollerProps {
  /** What is in it, for those who hear it. */
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}

/** A place with nothing to press in it that may be larger than it is shown: the arrow keys move it, once it has the focus. */
export function Scroller({ label, className, children }: ScrollerProps) {
  return (
    // Without the focus it would scroll for a pointer only.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section aria-label={label} className={`scroller ${className}`} tabIndex={0}>
      {children}
    </section>
  );
}
