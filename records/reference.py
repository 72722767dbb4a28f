"""The reference of all tables, fields and files of a result, written from their declarations.

``python -m vertebra.records.reference docs/columns.md`` writes it.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from .column import TableLayout
from .columns import CONVERGENCE_TABLES, DICTIONARY, RUN_TABLES
from .fields.names import FIELD_NAMES
from .result_files import OTHER_FILES
from .tables import Row

_HEAD = """# What a result holds

Written by `python -m vertebra.records.reference docs/columns.md` from the declarations in `records/`; edit those.
CSV files hold numbers with six significant digits; an empty cell is a value that does not exist. A unit of `-` marks a
number without one, an empty unit a word. `columns.csv` in the folder of a result repeats the tables of columns.
"""


def dictionary_rows() -> list[Row]:
    """Rows of `columns.csv`: every column of the tables of a run."""
    return [
        {"file": table.file, "column": column.name, "unit": column.unit, "meaning": column.meaning}
        for table in RUN_TABLES
        if table is not DICTIONARY
        for column in (*table.columns, *(() if table.per_activity is None else (table.per_activity,)))
    ]


def reference() -> str:
    """Markdown page about all tables, fields and other files.

    Returns
    -------
    str
    """
    parts = [_HEAD, "## Tables of a run\n", *map(_table, RUN_TABLES)]
    parts += [
        "## Fields of `fields-<arm>.vtkhdf`\n",
        "Values of days follow each other on one mesh; where the body changes its shape, every day has its points. "
        "Fields are those at the axial force `output.load_N`. The names of the regions that `region` counts stand in "
        "the field data `region_names`, units and components in the HDF5 attributes `unit` and `components`.\n",
        _markdown(
            ("field", "unit", "meaning"),
            ((f"`{field.name}`", field.unit, field.meaning) for field in FIELD_NAMES),
        ),
        "## Other files of a run\n",
        _markdown(
            ("file", "content"),
            ((f"`{file.name.format(arm='<arm>')}`", file.meaning) for file in OTHER_FILES),
        ),
        "## Tables of a study of mesh convergence\n",
        *map(_table, CONVERGENCE_TABLES),
    ]
    return "\n".join(parts)


def _table(table: TableLayout) -> str:
    columns = (*table.columns, *(() if table.per_activity is None else (table.per_activity,)))
    rows = (
        (f"`{column.name.format(activity='<activity>')}`", column.unit, column.meaning) for column in columns
    )
    return f"### `{table.file}`\n\n{table.meaning}\n\n" + _markdown(("column", "unit", "meaning"), rows)


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
