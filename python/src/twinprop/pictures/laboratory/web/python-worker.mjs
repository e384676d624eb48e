// Python in a worker of its own: of the page nothing is in its reach but messages.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const here = new URL("./", import.meta.url).href;

async function read(file) {
  const answer = await fetch(here + file);
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

async function start() {
  const [python, numpy, twinprop] = await Promise.all([
    loadPyodide({ indexURL: `${here}pyodide/`, stdin: () => null }), read("numpy.whl"), read("twinprop-python.zip"),
  ]);
  python.unpackArchive(numpy, "whl");
  python.unpackArchive(twinprop, "zip", { extractDir: "/twinprop" });
  python.runPython("import sys; sys.path.insert(0, '/twinprop'); sys.dont_write_bytecode = True");
  const session = python.pyimport("twinprop.pictures.laboratory.session").Session();
  const version = python.runPython(
    "import numpy, platform; f'Python {platform.python_version()}, numpy {numpy.__version__}'",
  );
  return { python, session, version };
}

const started = start();
started.then(
  ({ version }) => postMessage({ id: 0, result: version }),
  (error) => postMessage({ id: 0, error: String(error) }),
);

addEventListener("message", async ({ data: { id, name, args } }) => {
  try {
    const { python, session } = await started;
    if (name === "memory") {
      postMessage({ id, result: python._module.HEAPU8.length });
      return;
    }
    const given = args.map((a) => (a instanceof Uint8Array ? python.globals.get("bytes")(a) : a));
    postMessage({ id, result: session[name](...given) });
  } catch (error) {
    postMessage({ id, error: String(error.message ?? error).trim().split("\n").at(-1) });
  }
});
