/** What a command takes, as data: the parser and the help are made of it. */
import { parseArgs } from "node:util";
import type { Language, Text } from "../tensor/text";
import { Stop, type Terminal } from "./terminal";

export interface Option {
  /** What stands for the value in the help; absent for a switch. */
  readonly value?: string;
  readonly about: Text;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: Text;
  /** One paragraph. */
  readonly about: Text;
  /** Names of what must be given without `--`, in order: `project`. */
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  /** Arguments that are worth trying. */
  readonly examples: readonly string[];
  /** @returns the exit code  @throws Stop */
  run(given: Given, terminal: Terminal): Promise<number>;
}

export const program = "npm run -s cli --";

/** The switch of every command whose answer other programs may read. */
export const json: Option = {
  about: { en: "End with one line of JSON for other programs", zh: "最后输出一行供其他程序读取的 JSON" },
};

/** The arguments of one call, checked against the command's options. @throws Stop when they do not fit */
export class Given {
  readonly argv: readonly string[];
  readonly #command: string;
  readonly #operands: readonly string[];
  readonly #values = new Map<string, string | true>();

  constructor(
    { name, operands, options }: Pick<Command, "name" | "operands" | "options">,
    argv: readonly string[],
  ) {
    this.argv = argv;
    this.#command = name;
    const types = Object.entries(options).map(
      ([option, { value }]) => [option, value ? "string" : "boolean"] as const,
    );
    const { tokens, positionals } = parseArgs({
      args: [...argv],
      options: Object.fromEntries(types.map(([option, type]) => [option, { type }])),
      strict: false,
      allowPositionals: true,
      tokens: true,
    });
    for (const token of tokens) {
      if (token.kind !== "option") continue;
      const option = Object.hasOwn(options, token.name) ? options[token.name] : null;
      if (!option) throw unknownOption(name, token.rawName);
      if (!option.value) {
        if (token.value !== undefined)
          throw usage(name, `${token.rawName} takes no value.`, `${token.rawName} 不接受值。`);
        this.#values.set(token.name, true);
      } else if (token.value === undefined || (!token.inlineValue && token.value.startsWith("--"))) {
        throw usage(
          name,
          `${token.rawName} needs a value: ${token.rawName} ${option.value}.`,
          `${token.rawName} 需要一个值：${token.rawName} ${option.value}。`,
        );
      } else this.#values.set(token.name, token.value);
    }
    const missing = operands[positionals.length];
    if (missing !== undefined) throw usage(name, `The ${missing} is missing.`, `缺少参数 <${missing}>。`);
    if (positionals.length > operands.length) {
      const extra = positionals[operands.length];
      throw usage(name, `“${extra}” is one argument too many.`, `参数“${extra}”是多余的。`);
    }
    this.#operands = positionals;
  }

  operand(index: number): string {
    return this.#operands[index];
  }

  has(option: string): boolean {
    return this.#values.has(option);
  }

  text(option: string): string | null {
    const value = this.#values.get(option);
    return typeof value === "string" ? value : null;
  }

  /** Like `text`, for an option that the command cannot do without. */
  required(option: string): string {
    const value = this.text(option);
    if (value === null) throw usage(this.#command, `--${option} is missing.`, `缺少选项 --${option}。`);
    return value;
  }

  /** A whole number of at least `min`. */
  whole(option: string, min: number): number | null {
    const text = this.text(option);
    if (text === null) return null;
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value;
    throw usage(
      this.#command,
      `--${option} must be a whole number of at least ${min}, not “${text}”.`,
      `--${option} 必须是不小于 ${min} 的整数，而不是“${text}”。`,
    );
  }

  /** A number greater than 0. */
  positive(option: string): number | null {
    const text = this.text(option);
    if (text === null) return null;
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
    throw usage(
      this.#command,
      `--${option} must be a number greater than 0, not “${text}”.`,
      `--${option} 必须是大于 0 的数，而不是“${text}”。`,
    );
  }
}

/** What `<command> --help` prints. */
export function commandHelp(command: Command, language: Language): string {
  const zh = language === "zh";
  const operands = command.operands.map((operand) => ` <${operand}>`).join("");
  const options = Object.entries(command.options).map(
    ([name, { value, about }]) => [`--${name}${value ? ` ${value}` : ""}`, about[language]] as const,
  );
  return [
    `${program} ${command.name}${operands} [${zh ? "选项" : "options"}]`,
    "",
    command.about[language],
    "",
    zh ? "选项：" : "Options:",
    columns([...options, ["--help", zh ? "显示此帮助" : "Show this"]]),
    "",
    zh ? "示例：" : "Examples:",
    ...command.examples.map((example) => `  ${program} ${command.name} ${example}`),
  ].join("\n");
}

export function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}

export function unknownOption(command: string, option: string): Stop {
  return usage(command, `There is no option ${option}.`, `没有选项 ${option}。`);
}

/** It was called in the wrong way. */
export function usage(command: string, en: string, zh: string): Stop {
  const help = `${program} ${command ? `${command} ` : ""}--help`;
  return new Stop({ en: `${en} See ${help}.`, zh: `${zh} 参见 ${help}。` }, 2);
}
