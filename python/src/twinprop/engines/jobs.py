"""A Python that another process started: jobs come in by lines, answers go out by lines.

As `python jobs.py SOURCE NUMPY`, both folders of packages; see runtimes/runtime.py and jobs.R.
"""

import json
import sys

if __name__ == "__main__":
    sys.path[:0] = sys.argv[1:]
    sys.dont_write_bytecode = True
    from twinprop.engines.run_case import run_to_file

    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        try:
            run_to_file(job["case"], job["arithmetic"], job["out"], job["seed"])
            print(json.dumps({"done": True}), flush=True)
        except Exception as error:
            print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
