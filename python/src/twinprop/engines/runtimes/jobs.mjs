// What both runtimes share: a line of JSON in is a job, a line out says that it is done or why not.
import readline from "node:readline";

const answer = (told) => process.stdout.write(`${JSON.stringify(told)}\n`);

// Start a runtime, which prints nothing meanwhile where answers are expected.
export async function begin(start) {
  console.log = console.error;
  return start();
}

// Do jobs until there are no more; the first answer says that the runtime is ready.
export async function answerJobs(run) {
  answer({ ready: true });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    try {
      await run(JSON.parse(line));
      answer({ done: true });
    } catch (error) {
      answer({ error: String(error.message ?? error) });
    }
  }
  process.exit(0);
}
