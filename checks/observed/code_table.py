"""A row that needs the table of another project: the same vertebra by two finite-element programs.

The repository wallematthias/parosol-py keeps what its ParOSol, and FAIM through Ogo, give for a small L4 of voxels, as
`core_metric_lock.csv` in `tests/fixtures/fea_reference/`. The package ships none of it.
"""

from pathlib import Path

from .separated import positive, read_separated

FILE = "core_metric_lock.csv"
_VERTEBRA, _COLUMN = "vertebra_l4_mini", "stiffness_n_per_mm"
_ENGINES = ("parosol-py", "ogo")


def code_rows(folder: Path) -> dict[str, dict[str, float]]:
    """I9_codes from the table in a folder; nothing where it is not there.

    Raises
    ------
    ValueError
        It does not hold the vertebra by both programs.
    """
    file = folder / FILE
    if not file.is_file():
        return {}
    stiffness = {}
    for line, row in read_separated(file):
        if row.get("fixture") == _VERTEBRA and row.get("engine") in _ENGINES:
            stiffness[row["engine"]] = positive(file, line, _COLUMN, row.get(_COLUMN, ""))
    if set(stiffness) != set(_ENGINES):
        message = (
            f"{file}: found {_VERTEBRA} by {', '.join(stiffness) or 'no engine'}, expected it by "
            f"{' and '.join(_ENGINES)} in the columns fixture, engine and {_COLUMN}. Fetch the file again."
        )
        raise ValueError(message)
    own, other = (stiffness[engine] for engine in _ENGINES)
    return {"I9_codes": {"": 100 * (own / other - 1)}}
