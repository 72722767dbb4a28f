"""Rows computed from tables and volumes that the user brings."""

from pathlib import Path

from . import code_table, strength_table


def brought_rows(folder: Path) -> dict[str, dict[str, float]]:
    """All rows for which a folder holds the table or the volume.

    Raises
    ------
    ValueError
        It holds none, or one that is not as expected.
    """
    rows = strength_table.strength_rows(folder) | code_table.code_rows(folder) | code_table.grid_rows(folder)
    if not rows:
        message = (
            f"--data {folder}: found neither {strength_table.FILE} nor {code_table.FILE} nor {code_table.MODULI}. "
            "Expected the table of Zenodo "
            f"10.5281/zenodo.15313258, saved as {strength_table.FILE} with the columns "
            f"{', '.join(strength_table.COLUMNS)}, or {code_table.FILE} or {code_table.MODULI} of the repository "
            "wallematthias/parosol-py. Fetch one or more."
        )
        raise ValueError(message)
    return rows
