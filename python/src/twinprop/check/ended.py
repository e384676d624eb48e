"""Why somebody's program ended before it could be judged, in a sentence."""

from __future__ import annotations

import signal

from twinprop.engines.sandbox import Ended, Limits

NAMES = {s.value: s.name for s in signal.Signals}


def describe_end(ended: Ended, name: str, limits: Limits) -> str:
    """Why there is no recording.

    Parameters
    ----------
    ended : Ended
        Of run_sandboxed.
    name : str
        The program's.
    limits : Limits
        What it was allowed.

    Returns
    -------
    str
        The sentence.
    """
    if ended.reason is not None:
        return f"{name} {_describe_reason(ended, limits)}"
    status = ended.status - 128
    if status == signal.SIGXCPU:
        return f"{name} was ended by the system: it used more time than its limits"
    if status == signal.SIGKILL:
        return (
            f"{name} was ended by SIGKILL: by itself, or by the system for more time or memory "
            "than its limits"
        )
    if status == signal.SIGXFSZ:
        return f"{name} was ended: it wrote a file of more than {limits.file_mb} MB"
    if status in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        return f"{name} was ended by {NAMES[status]} before it could be judged"
    if status in NAMES:
        return f"{name} crashed ({NAMES[status]}): its process ended in the middle"
    if "there is no package called" in ended.printed and "twinprop" in ended.printed:
        from twinprop.engines.installing import how_to_install

        return f"the R package twinprop is not installed for this R; {how_to_install('twinprop')}"
    if "annot allocate" in ended.printed or "MemoryError" in ended.printed:
        return f"{name} needs more memory than {limits.memory_mb} MB (--memory)"
    return f"{name} ended its own process (status {ended.status}) before it could be judged"


def _describe_reason(ended: Ended, limits: Limits) -> str:
    return {
        "time": f"was ended after {limits.seconds:g} seconds: a loop without an end, or --time is "
        "too short for it",
        "memory": f"was ended: all its processes together used more than {limits.memory_mb} MB of "
        "memory (--memory)",
        "processes": f"was ended: it ran more than {limits.processes} processes at once",
        "disk": f"was ended: it wrote more than {limits.disk_mb} MB in all",
        "files": "was ended: it made more than 65536 files",
        "printed": f"was ended: it printed more than {limits.printed_kb} KB (--printed)",
        "result": "was ended: its recording has more than "
        f"{limits.result_mb} MB; let it run for fewer steps, or with less data",
        "small": "could not be recorded: files may not be large enough here; `ulimit -f` sets "
        "how large",
        "stopped": "was ended, as this command was",
        "unwatched": "was ended: no process could be started any more to watch over it",
        "wall": "was not run, since its wall could not be built: "
        f"{ended.printed.strip().splitlines()[-1] if ended.printed.strip() else 'no reason given'}",
    }[ended.reason or ""]
