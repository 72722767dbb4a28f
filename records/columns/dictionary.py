"""The reference of columns in the folder of a result: `columns.csv`."""

from ..column import Column, TableLayout

DICTIONARY = TableLayout(
    "columns.csv",
    "One row per column of the tables above: this reference in the folder of every result.",
    (
        Column("file", "", "Name of the table."),
        Column("column", "", "Name of the column."),
        Column("unit", "", "Unit; - for a number without one, empty for words."),
        Column("meaning", "", "One sentence."),
    ),
)
