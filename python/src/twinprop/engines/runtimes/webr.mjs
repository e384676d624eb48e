// R as WebAssembly: jobs come in by lines, answers go out by lines; see runtime.py.
//   node webr.mjs ASSETS LIBRARY
// ASSETS has node_modules; LIBRARY is the folder of R packages with twinprop. The machine's files are
// below /host.
import { pathToFileURL } from "node:url";
import { answerJobs, begin } from "./jobs.mjs";

const [assets, library] = process.argv.slice(2);
const { WebR } = await import(pathToFileURL(`${assets}/node_modules/webr/dist/webr.mjs`));
// Compiling a function here takes longer than it saves. The base address would be a host of others.
const r = new WebR({
  interactive: false,
  baseUrl: `${assets}/node_modules/webr/dist/`,
  REnv: { R_HOME: "/usr/lib/R", R_ENABLE_JIT: "0", LC_ALL: "en_US.UTF-8", TZ: "UTC" },
});
await begin(() => r.init());
await r.FS.mkdir("/host");
await r.FS.mount("NODEFS", { root: "/" }, "/host");
await r.evalRVoid(".libPaths(library); library(twinprop)", { env: { library: `/host${library}` } });
await answerJobs((job) => {
  const env = { case: `/host${job.case}`, arithmetic: job.arithmetic, out: `/host${job.out}` };
  const seed = job.seed === null ? "NULL" : String(Number(job.seed));
  return r.evalRVoid(`twinprop:::run_to_file(case, arithmetic, out, ${seed})`, { env });
});
