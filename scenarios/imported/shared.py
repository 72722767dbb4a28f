"""What tables about files share: levels, frames, paths and directions."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

Level = Literal["T11", "T12", "L1", "L2", "L3", "L4", "L5"]
Labels = Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(strict=False)]
Numbers = Annotated[tuple[float, ...], Field(strict=False)]
NamedSets = dict[str, str]
Frame = Literal["endplates", "inferior_endplate", "file"]
FRAME = (
    "Where up is; endplates: the mean of their normals; inferior_endplate: the normal of that one, for wedged bodies; "
    "file: the z of the file"
)


def plain_path(file: str | None) -> str | None:
    """Refuse a path in which a backslash made a control character.

    Raises
    ------
    ValueError
    """
    if file is not None and any(ord(letter) < 32 for letter in file):
        message = (
            f"found {file!r}, which holds a tab or another control character: in double quotes a backslash begins "
            "an escape. Write the path in single quotes or with / in place of \\."
        )
        raise ValueError(message)
    return file


def directions(axes: str | None) -> str | None:
    """Refuse what is no set of three directions.

    Raises
    ------
    ValueError
    """
    if axes is not None:
        from vertebra.meshes.surface.reading import axes_matrix

        axes_matrix(axes)
    return axes if axes is None else axes.upper()


def files_in(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Files, and for folders the files in them."""
    return tuple(
        file
        for path in paths
        for file in (sorted(f for f in path.iterdir() if f.is_file()) if path.is_dir() else (path,))
    )
