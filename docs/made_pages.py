"""Tables that commands compute: `vertebra verify` and `vertebra validate`, once for each state of the code."""

import csv
import subprocess
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

from vertebra.records.manifest.environment import code_hash

MADE = Path(__file__).resolve().parent / "_made"
VERBS = ("verify", "validate")
COLUMNS = {
    "name": "row",
    "what": "what",
    "reference": "known",
    "tolerance": "tolerance",
    "computed": "computed",
    "verdict": "verdict",
    "source": "source (certainty)",
}
"""Columns of the tables that pages show, with their headings."""
_RUN = "import sys; from vertebra.commands.cli import main; main()"


def make(app: Sphinx) -> None:
    """Compute the tables that are not there or belong to other code."""
    MADE.mkdir(exist_ok=True)
    stamp = MADE / "code"
    if stamp.is_file() and stamp.read_text() == code_hash():
        return
    for verb in VERBS:
        logging.getLogger(__name__).info("computing the table of vertebra %s", verb)
        command = [sys.executable, "-c", _RUN, verb, "--csv", str(MADE / f"{verb}.csv")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):  # 1: a row misses what it should meet, which the table says
            raise RuntimeError(done.stderr)
        _shorten(MADE / f"{verb}.csv")
    stamp.write_text(code_hash())


def _shorten(file: Path) -> None:
    """Keep the columns that a reader of a page wants."""
    with file.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS.values())
        for row in rows:
            what = f"{row['what']}. {row['note']}" if row["note"] else row["what"]
            cells = row | {"what": what, "source": f"{row['source']} ({row['certainty']})"}
            writer.writerow(
                [cells[name].replace("|", "/").replace("+-", "\N{PLUS-MINUS SIGN}") for name in COLUMNS]
            )


def setup(app: Sphinx) -> dict[str, bool]:
    """Compute before pages are read."""
    app.connect("builder-inited", make, priority=10)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
