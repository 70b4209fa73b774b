import type { ComponentProps, ReactNode } from "react";
import { Hint } from "./hint";

interface ButtonProps extends ComponentProps<"button"> {
  readonly look?: "plain" | "primary" | "ghost";
  readonly size?: "row" | "small";
}

export function Button({ look = "plain", size = "row", className = "", ...rest }: ButtonProps) {
  return <button type="button" className={`button ${look} ${size} ${className}`} {...rest} />;
}

interface IconButtonProps extends Omit<ButtonProps, "children"> {
  /** Its accessible name, shown as a tooltip. */
  readonly label: string;
  readonly shortcut?: string;
  readonly children: ReactNode;
}

export function IconButton({
  label,
  shortcut,
  children,
  look = "plain",
  className = "",
  ...rest
}: IconButtonProps) {
  return (
    <Hint text={label} shortcut={shortcut}>
      <button type="button" aria-label={label} className={`button icon ${look} ${className}`} {...rest}>
        {children}
      </button>
    </Hint>
  );
}
