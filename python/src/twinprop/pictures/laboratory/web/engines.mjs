// Both languages, each in a worker; who stops one ends its worker, and starts another.
import { ChannelType, WebR } from "./webr/webr.js";

const here = new URL("./", import.meta.url).href;
const RECORDING = "/tmp/twinprop-recording";

// What waits for a worker is refused when that is ended.
function stoppable() {
  let refuse;
  let waiting = 0;
  const ended = new Promise((_, no) => { refuse = no; });
  ended.catch(() => {});
  return {
    isBusy: () => waiting > 0,
    end: () => refuse(new Stopped()),
    async within(promise) {
      waiting += 1;
      try {
        return await Promise.race([promise, ended]);
      } finally {
        waiting -= 1;
      }
    },
  };
}

export class Stopped extends Error {}

// R itself is at its end, as where a program calls quit().
export class Ended extends Error {}

export function startPython() {
  const worker = new Worker(new URL("./python-worker.mjs", import.meta.url), { type: "module" });
  const life = stoppable();
  const waiting = new Map();
  let count = 0;
  const wait = (id) => life.within(new Promise((yes, no) => { waiting.set(id, { yes, no }); }));
  const ready = wait(0);
  worker.addEventListener("message", ({ data: { id, result, error } }) => {
    const { yes, no } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) yes(result); else no(new Error(error));
  });
  worker.addEventListener("error", (event) => {
    for (const { no } of waiting.values()) no(new Error(event.message || "the worker of Python ended"));
  });
  return {
    ready,
    isBusy: life.isBusy,
    call(name, ...args) {
      count += 1;
      const answer = wait(count);
      worker.postMessage({ id: count, name, args });
      return answer;
    },
    stop() { worker.terminate(); life.end(); },
  };
}

export function startR() {
  const life = stoppable();
  // The base address is a host of others by default. To compile functions here takes longer than it saves.
  const r = new WebR({
    baseUrl: `${here}webr/`,
    channelType: ChannelType.PostMessage,
    interactive: false,
    REnv: { R_HOME: "/usr/lib/R", R_ENABLE_JIT: "0", LC_ALL: "en_US.UTF-8", TZ: "UTC" },
  });
  const fetched = fetch(`${here}twinprop-r.tar.gz`).then((answer) => answer.arrayBuffer());
  const ready = life.within((async () => {
    const [bytes] = await Promise.all([fetched, r.init()]);
    await r.FS.writeFile("/tmp/twinprop-r.tar.gz", new Uint8Array(bytes));
    await r.evalRVoid('untar("/tmp/twinprop-r.tar.gz", exdir = "/tmp/twinprop", tar = "internal")');
    await r.evalRVoid('source("/tmp/twinprop/laboratory.R", local = new.env())');
    return r.evalRString('paste0("R ", R.version$major, ".", R.version$minor)');
  })());
  return {
    ready,
    isBusy: life.isBusy,
    watch: (source, draws) => life.within((async () => {
      const env = { source, draws, out: RECORDING };
      const printed = await r.evalRString("watch(source, draws, out)", { env });
      return { printed, recording: await r.FS.readFile(RECORDING) };
    })().catch((error) => { throw new Ended(error.message); })),
    runCase: (text, arithmetic) => life.within(
      r.evalRString("run_text(text, arithmetic)", { env: { text, arithmetic } }),
    ),
    stop() { r.close(); life.end(); },
  };
}
