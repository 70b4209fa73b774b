/** The entry of the terminal program: `build/cli.mjs` bundles and runs it. */
import { runCommand } from "./commands";
import { processTerminal } from "./terminal";

// A reader that has seen enough (`| head`) closes the pipe; that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const exitCode = await runCommand(process.argv.slice(2), processTerminal());
// The native GPU module may keep the process alive, so it is ended, but not before a pipe has taken everything.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write("", done))),
);
process.exit(exitCode);
