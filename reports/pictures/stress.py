"""Pictures of von Mises stress: one per arm, its key days side by side, all on one colour scale."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from vertebra.courses.key_days import key_days
from vertebra.meshes.tetmesh import TetMesh
from vertebra.models.anatomy import Anatomy
from vertebra.records.result_files import STRESS_PICTURE

from .render import Picture, draw_picture

_TOP_PERCENTILE = 98
_TOP_FACTOR = 1.5


def draw_stress(
    folder: Path,
    stress_on: Callable[[str, int], np.ndarray],
    mesh_on: Callable[[str, int], TetMesh],
    days: Mapping[str, Sequence[int]],
    injections: Mapping[str, int],
    *,
    load_N: float,
    cut_mm: float,
) -> list[str]:
    """Draw the stress of every arm on its key days.

    Parameters
    ----------
    folder : Path
        Where the pictures go.
    stress_on : callable
        Von Mises stress of all cells by arm and day, shape (m,) [MPa].
    mesh_on : callable
        The body by arm and day; all bodies have the same cells.
    days : mapping of str to sequence of int [d]
        Computed days of every arm.
    injections : mapping of str to int [d]
        Day on which an arm is injected.
    load_N : float [N]
        Axial force of the stress, for the label.
    cut_mm : float [mm]
        Where along x the sagittal cut opens the body.

    Returns
    -------
    list of str
        Why pictures are not three-dimensional, each reason once.
    """
    shown = {arm: key_days(on, injections.get(arm, 0)) for arm, on in days.items()}
    states = [(arm, day) for arm, on in shown.items() for day in on]
    body = mesh_on(*states[0])
    bone = body.is_bone
    core = body.in_region("trabecular")[bone]
    fields = {state: stress_on(*state)[bone] for state in states}
    top = max(float(np.percentile(values[core], _TOP_PERCENTILE)) for values in fields.values())

    def draw(arm: str) -> str | None:
        picture = Picture(
            points=np.stack([mesh_on(arm, day).points for day in shown[arm]]),
            cells=body.cells[bone],
            values=np.stack([fields[arm, day] for day in shown[arm]]),
            titles=tuple(f"{arm}, day {day}" for day in shown[arm]),
            label=f"von Mises stress at {load_N:g} N [MPa]",
            limits=(0.0, _TOP_FACTOR * top),
            cut_mm=cut_mm,
        )
        return draw_picture(picture, folder / STRESS_PICTURE.of(arm))

    with ThreadPoolExecutor(max_workers=2) as pool:  # each picture is a process of its own
        messages = [message for message in pool.map(draw, shown) if message is not None]
    return list(dict.fromkeys(messages))


def sagittal_cut(anatomy: Anatomy) -> float:
    """Middle of the body, or of the first cement where there is some [mm]."""
    for placed in anatomy.cement.values():
        return float(placed.centres[0, 0])
    mesh = anatomy.fractured.mesh
    x = mesh.points[mesh.node_sets["superior_endplate"], 0]
    return float(0.5 * (x.min() + x.max()))
