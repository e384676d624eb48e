"""The command line. What is slow to load is loaded by the command that needs it."""

from __future__ import annotations

import codecs
import io
import logging
import os
import sys
import unicodedata

import click
from click.exceptions import NoArgsIsHelpError

from twinprop.cli import calibrate, check, compare, files, port, project, records, show, train
from twinprop.cli.shared import complain
from twinprop.engines.installing import EXTRAS, missing_module
from twinprop.ground.errors import EngineError, InputError, MissingPart
from twinprop.ground.exit_status import AGREE, BAD_INPUT, INTERRUPTED, UNREAD

COMMANDS = [
    compare.verify,
    compare.run,
    files.compare,
    check.check,
    port.port,
    show.walk,
    show.lesson,
    show.activations,
    records.record,
    records.reproduce,
    records.sweep,
    calibrate.calibrate,
    train.digits,
    train.grid,
    project.fixtures,
    project.doctor,
]

# Click's names of types, the longer ones first.
_WORDS = {
    "integer range": "a whole number",
    "integer": "a whole number",
    "float range": "a number",
    "float": "a number",
}


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, commands=COMMANDS)
@click.version_option(package_name="twinprop")
def cli() -> None:
    """The same network in Python and R: are two runs the same, and if not, where do they differ?

    Exit status: 0 agree, 1 differ, 2 bad input or a missing part, 130 interrupted, 141 the output
    was not read to its end.
    """


def main(args: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit status.

    Parameters
    ----------
    args : list of str or None
        The arguments, by default those of the process.
    """
    if sys.stderr is None:  # closed by the caller, who wants to hear nothing
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if sys.stdout is None:
        sys.exit(_refuse("cannot write the output: standard output is closed"))
    codecs.register_error("twinprop", _in_plain_signs)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="twinprop")
    sys.exit(run_command_line(args))


def _in_plain_signs(error: UnicodeError) -> tuple[str, int]:
    """What an encoding has for signs that it lacks: - for the sign of minus, 2 for an index, or ?.

    So that on such a terminal a sign costs its look and not the whole answer.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    plain = ["-" if sign == "\u2212" else unicodedata.normalize("NFKD", sign) for sign in signs]
    return "".join(sign if sign.isascii() else "?" for sign in plain), error.end


def run_command_line(args: list[str] | None = None) -> int:
    """Run the command line; every error is one sentence on standard error.

    Parameters
    ----------
    args : list of str or None
        The arguments, by default those of the process.

    Returns
    -------
    int
        The exit status.
    """
    # Where its folder cannot be written matplotlib takes a temporary one, and need not say so.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        status = cli.main(args=args, prog_name="twinprop", standalone_mode=False)
        sys.stdout.flush()
        return int(status or AGREE)
    except (InputError, MissingPart, EngineError) as error:
        return _refuse(str(error))
    except NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return BAD_INPUT
    except click.ClickException as error:
        return _refuse(_in_plain_words(error.format_message()))
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except (BrokenPipeError, SystemExit) as error:
        # Of a broken pipe click and rich make an exit with status 1, which here means a difference.
        if isinstance(error, SystemExit) and error.code != 1:
            raise
        # Whoever read our output has seen enough, as `head` does: leave without a word.
        _leave_output()
        return UNREAD
    except OSError as error:
        return _refuse_by_system(error)
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        return _refuse(missing_module(package)) if package in EXTRAS else _refuse_ourselves(error)
    except MemoryError:
        return _refuse("there is not enough memory for this")
    except Exception as error:
        return _refuse_ourselves(error)


def _refuse_ourselves(error: Exception) -> int:
    """An error that is no fault of what was given."""
    if os.environ.get("TWINPROP_TRACEBACK"):
        raise error
    what = f"{type(error).__name__}: {error}".partition("\n")[0]
    return _refuse(f"an error in twinprop itself, {what} (TWINPROP_TRACEBACK=1 shows where)")


def _refuse_by_system(error: OSError) -> int:
    """A path that the system does not let us use, or, where it names none, our own output."""
    reason = error.strerror or str(error)
    if error.filename is not None:
        return _refuse(f"cannot use {os.fsdecode(error.filename)}: {reason}")
    _leave_output()
    return _refuse(f"cannot write the output: {reason}")


def _leave_output() -> None:
    """Let what is still to be written to standard output go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _in_plain_words(message: str) -> str:
    """What click says of a wrong option, without its names of types."""
    for theirs, ours in _WORDS.items():
        message = message.replace(f"is not a valid {theirs}", f"is not {ours}")
    return message


def _refuse(sentence: str) -> int:
    complain(sentence)
    return BAD_INPUT


if __name__ == "__main__":
    main()
