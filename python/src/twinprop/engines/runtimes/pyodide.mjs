// Python as WebAssembly: jobs come in by lines, answers go out by lines; see runtime.py.
//   node pyodide.mjs ASSETS NUMPY_WHEEL SOURCE
// ASSETS has node_modules; SOURCE is the folder with the package twinprop. The machine's files are
// below /host.
import fs from "node:fs";
import { pathToFileURL } from "node:url";
import { answerJobs, begin } from "./jobs.mjs";

const [assets, numpy, source] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${assets}/node_modules/pyodide/pyodide.mjs`));
const python = await begin(() => loadPyodide());
python.unpackArchive(new Uint8Array(fs.readFileSync(numpy)), "whl");
python.FS.mkdir("/host");
python.FS.mount(python.FS.filesystems.NODEFS, { root: "/" }, "/host");
python.globals.set("source", `/host${source}`);
python.runPython(`
import sys
sys.path.insert(0, source)
sys.dont_write_bytecode = True
from twinprop.engines.run_case import run_to_file
`);
const runToFile = python.globals.get("run_to_file");
await answerJobs((job) => {
  runToFile(`/host${job.case}`, job.arithmetic, `/host${job.out}`, job.seed ?? undefined);
});
