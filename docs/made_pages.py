"""Tables that commands have written, as pages show them.

`docs/tables/` holds what `vertebra verify --csv` and `vertebra validate --csv` wrote, so that a build solves nothing;
`docs/compare_tables.py` says whether the commands still write the same.
"""

import csv
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).resolve().parent
WRITTEN, SHOWN = HERE / "tables", HERE / "_made"
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


def make(app: Sphinx) -> None:
    """Keep the columns that a reader of a page wants."""
    SHOWN.mkdir(exist_ok=True)
    for file in sorted(WRITTEN.glob("*.csv")):
        _shorten(file, SHOWN / file.name)


def _shorten(written: Path, shown: Path) -> None:
    with written.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    with shown.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS.values())
        for row in rows:
            what = f"{row['what']}. {row['note']}" if row["note"] else row["what"]
            cells = row | {"what": what, "source": f"{row['source']} ({row['certainty']})"}
            writer.writerow(
                [cells[name].replace("|", "/").replace("+-", "\N{PLUS-MINUS SIGN}") for name in COLUMNS]
            )


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the tables before pages are read."""
    app.connect("builder-inited", make, priority=10)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
