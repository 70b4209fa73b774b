/** The terminal program: finds the command and runs it. */
import { type Command, columns, commandHelp, Given, program, unknownOption, usage } from "./arguments";
import { check } from "./check";
import { exportCommand } from "./export";
import { golden } from "./golden-command";
import { plan } from "./plan";
import { predict } from "./predict";
import { profile } from "./profile";
import { Stop, type Terminal } from "./terminal";
import { train } from "./train";
import { verify } from "./verify";

const commands: readonly Command[] = [check, train, predict, exportCommand, plan, verify, profile, golden];

/** @returns the exit code: 0 done, 1 failed, 2 called in the wrong way */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const [name, ...rest] = argv;
    if (name === undefined || name === "--help" || name === "-h" || name === "help") {
      terminal.print(help(terminal));
      return name === undefined ? 2 : 0;
    }
    if (name.startsWith("-")) throw unknownOption("", name);
    const command = commands.find((each) => each.name === name);
    if (!command) {
      const names = commands.map((each) => each.name).join(", ");
      throw usage(
        "",
        `There is no command “${name}”; there are ${names}.`,
        `没有命令“${name}”；可用的命令有 ${names}。`,
      );
    }
    if (rest.includes("--help") || rest.includes("-h")) {
      terminal.print(commandHelp(command, terminal.language));
      return 0;
    }
    return await command.run(new Given(command, rest), terminal);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    terminal.note(error.text[terminal.language]);
    return error.exitCode;
  }
}

function help({ language }: Terminal): string {
  const list = columns(commands.map(({ name, summary }) => [name, summary[language]]));
  return language === "zh" ? helpInChinese(list) : helpInEnglish(list);
}

function helpInEnglish(list: string): string {
  return `Tensorloom: design, check and train neural networks. This is the app without its window.

${program} <command> …

Commands:
${list}

A project is the file that the app saves (*.loom.json). Try one of the examples:
  ${program} check assets/examples/iris.loom.json
  ${program} train assets/examples/iris.loom.json --seed 1

${program} <command> --help says what a command takes. With --json the last line
of a command is one JSON object for other programs.`;
}

function helpInChinese(list: string): string {
  return `Tensorloom：设计、检查和训练神经网络。这是没有窗口的应用。

${program} <命令> …

命令：
${list}

项目是应用保存的文件（*.loom.json）。可以试试示例：
  ${program} check assets/examples/iris.loom.json
  ${program} train assets/examples/iris.loom.json --seed 1

${program} <命令> --help 说明一个命令的参数。加上 --json 时，最后一行是供其他程序读取的一个 JSON 对象。`;
}
