"""Words that several commands share, and how a shell completes them.

Completion must answer at once, so it reads the JSON Schema that comes with the package and loads nothing that computes.
"""

import io
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Annotated

import typer

from vertebra.scenarios.catalogue import bundled_file, bundled_names, bundled_title
from vertebra.scenarios.reference import Key, keys_of, shipped_schema

Completion = Iterator[tuple[str, str]]
_ARM = "NAME"


def complete_bundled(incomplete: str) -> Completion:
    """Names of bundled scenarios, with their titles."""
    for name in bundled_names():
        if name.startswith(incomplete):
            yield name, bundled_title(name)


def complete_scenario(incomplete: str) -> Completion:
    """Names of bundled scenarios, and TOML files and folders on the way to them."""
    if "/" not in incomplete:
        yield from complete_bundled(incomplete)
    yield from complete_files(incomplete, "scenario file")


def complete_files(incomplete: str, what: str) -> Completion:
    """TOML files and folders on the way to them; `what` says what such a file is."""
    folder, slash, beginning = incomplete.rpartition("/")
    try:
        entries = sorted(Path(f"{folder}/" if slash else ".").iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(beginning) and (beginning.startswith(".") or not entry.name.startswith(".")):
            if entry.is_dir():
                yield f"{folder}{slash}{entry.name}/", "folder"
            elif entry.suffix == ".toml":
                yield f"{folder}{slash}{entry.name}", what


def complete_set(ctx: typer.Context, incomplete: str) -> Completion:
    """Keys of `--set` and, after the equals sign, their allowed values."""
    arms = _arms(ctx.params.get("scenario"))
    keys = [
        (key.name.replace(f".{_ARM}.", f".{arm}.", 1), key)
        for key in keys_of(shipped_schema())
        if "[]" not in key.name
        for arm in (arms if f".{_ARM}." in key.name else ("",))
    ]
    asked, equals, beginning = incomplete.partition("=")
    if equals:
        for name, key in keys:
            if name == asked:
                yield from _values(name, key, beginning)
        return
    found = [(name, key) for name, key in keys if name.startswith(asked)]
    for name, key in found:
        yield f"{name}=", key.meaning
    if len(found) == 1:  # a second word keeps the shell from ending the first one with a blank
        name, key = found[0]
        yield f"{name}=<{key.allowed}>", key.meaning


def _values(name: str, key: Key, beginning: str) -> Completion:
    words = key.choices
    if key.allowed.startswith("list"):
        *before, last = beginning.lstrip("[").split(",")
        listed = ",".join(before) + ("," if before else "")
        for word in words:
            if word.startswith(last.strip(" \"'")):
                yield f'{name}=[{listed}"{word}"', key.meaning
        return
    for word in words or ((key.default,) if key.default else ()):
        if word.startswith(beginning):
            yield f"{name}={word}", key.meaning


def _arms(scenario: str | None) -> tuple[str, ...]:
    """Names of the arms of a scenario, as far as the file can be read; a placeholder where there are none."""
    try:
        file = Path(scenario or "main")
        if not file.is_file():
            file = bundled_file(str(scenario or "main"))
        arms = tomllib.loads(file.read_text(encoding="utf-8-sig")).get("arms", [])
        return tuple(str(arm["name"]) for arm in arms) or (_ARM,)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return (_ARM,)


@contextmanager
def words_of_bash() -> Iterator[None]:
    """Answer bash, which splits words at an equals sign and replaces only what stands behind it.

    Bash asks for `bone.law=kel` as three words. They are joined in the variables by which it asks, and what stands in
    front of the part that it replaces is taken off the answers.
    """
    words = os.environ.get("COMP_WORDS", "").split("\n")
    at = int(os.environ.get("COMP_CWORD", "0"))
    joined: list[str] = []
    position = 0
    for number, word in enumerate(words):
        is_part = joined and (word == "=" or words[number - 1] == "=") and not joined[-1].startswith("--")
        if is_part:
            joined[-1] += word
        else:
            joined.append(word)
        if number == at:
            position = len(joined) - 1
    os.environ["COMP_WORDS"], os.environ["COMP_CWORD"] = "\n".join(joined), str(position)
    key, equals, _ = joined[position].partition("=") if position < len(joined) else ("", "", "")
    answer = io.StringIO()
    try:
        with redirect_stdout(answer):
            yield
    finally:
        lines = answer.getvalue().splitlines()
        prefix = f"{key}=" if equals and not key.startswith("--") else ""
        print("\n".join(line.removeprefix(prefix) for line in lines))


ScenarioName = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO", help="A path, or the name of a bundled one.", autocompletion=complete_scenario
    ),
]
BundledName = Annotated[
    str, typer.Argument(help="Name of a bundled scenario.", autocompletion=complete_bundled)
]
ResultFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder of a finished run.", show_default=False)
]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Replace a value, e.g. arms.NAME.cement.volume_ml=5.",
        autocompletion=complete_set,
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(min=1, max=64, help="Default: the processors at hand, at most 4."),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print errors only.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a result of other inputs, too.")]
CsvFile = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the table, too.")]
HtmlFile = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page, too.")]


def with_threads(overrides: list[str] | None, threads: int | None) -> list[str]:
    """Overrides with the number of threads that was asked for."""
    return [*(overrides or ()), *([] if threads is None else [f"solver.threads={threads}"])]
