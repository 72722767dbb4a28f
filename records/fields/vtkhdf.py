"""All days of an arm in one VTKHDF file: the topology once, nodes where they move, the fields day by day.

Opens in ParaView with its time slider. Symmetric tensors are stored in VTK's order XX YY ZZ XY YZ XZ.
Format: https://docs.vtk.org/en/latest/vtk_file_formats/vtkhdf_file_format/index.html
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import h5py
import numpy as np

from .names import FIELD_NAMES

VTK_CELL = {4: 10, 10: 24}
VTK_TENSOR_ORDER = [0, 1, 2, 5, 3, 4]


def vtk_tensor(voigt: np.ndarray, *, engineering: bool = False) -> np.ndarray:
    """Reorder xx yy zz yz xz xy to XX YY ZZ XY YZ XZ; halve the shears of an engineering strain.

    Parameters
    ----------
    voigt : ndarray, shape (..., 6)
    engineering : bool
        The shear components are engineering strains.

    Returns
    -------
    ndarray, shape (..., 6)
    """
    tensor = voigt[..., VTK_TENSOR_ORDER].copy()
    if engineering:
        tensor[..., 3:] *= 0.5
    return tensor


def write_fields(
    file: Path,
    points: Sequence[np.ndarray],
    cells: np.ndarray,
    days: Sequence[int],
    steps: Iterable[tuple[Mapping[str, np.ndarray], Mapping[str, np.ndarray]]],
    static: Mapping[str, np.ndarray] | None = None,
    words: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Write one file for all days.

    Parameters
    ----------
    file : Path
        Where to write; `.vtkhdf`.
    points : sequence of ndarray, shape (n, 3) [mm]
        Nodes on each day. Days on which they are where they were on an earlier day share what is stored.
    cells : ndarray, shape (m, 4) or (m, 10)
    days : sequence of int [d]
        Time of each step.
    steps : iterable of (mapping, mapping)
        Per day the point arrays (first axis n) and the cell arrays (first axis m). Read one at a time.
    static : mapping, optional
        Cell arrays that do not change, stored once.
    words : mapping of str to sequence of str, optional
        Arrays of ASCII words that belong to the whole file, stored once as field data.
    """
    shapes, place = _distinct(points)
    n, (m, nodes) = points[0].shape[0], cells.shape
    once = np.zeros(len(days), dtype=np.int64)
    with h5py.File(file, "w") as h5:
        root = h5.create_group("VTKHDF")
        root.attrs["Version"] = np.array([2, 2])
        root.attrs.create("Type", b"UnstructuredGrid", dtype=h5py.string_dtype("ascii", 16))
        for name, count in (("Points", n), ("Cells", m), ("ConnectivityIds", m * nodes)):
            root[f"NumberOf{name}"] = np.array([count], dtype=np.int64)
        _compressed(root, "Points", np.concatenate(shapes))
        _compressed(root, "Connectivity", cells.ravel().astype(np.int64))
        _compressed(root, "Offsets", np.arange(0, m * nodes + 1, nodes, dtype=np.int64))
        _compressed(root, "Types", np.full(m, VTK_CELL[nodes], dtype=np.uint8))
        time = root.create_group("Steps")
        time.attrs["NSteps"] = len(days)
        time["Values"] = np.asarray(days, dtype=np.float64)
        time["NumberOfParts"] = np.ones(len(days), dtype=np.int64)
        time["PartOffsets"] = once
        time["PointOffsets"] = n * place
        for name in ("CellOffsets", "ConnectivityIdOffsets"):
            time[name] = once[:, None]
        for name, listed in (words or {}).items():
            root.create_dataset(f"FieldData/{name}", data=list(listed), dtype=h5py.string_dtype("ascii"))
            time[f"FieldDataOffsets/{name}"] = once
            time[f"FieldDataSizes/{name}"] = np.tile([1, len(listed)], (len(days), 1))
        for name, values in (static or {}).items():
            _describe(_compressed(root, f"CellData/{name}", values), name)
            time[f"CellDataOffsets/{name}"] = once
        for step, (at_points, at_cells) in enumerate(steps):
            for name, values in at_points.items():
                _append(root, "PointData", name, values, step, len(days))
            for name, values in at_cells.items():
                _append(root, "CellData", name, values, step, len(days))


def _distinct(points: Sequence[np.ndarray]) -> tuple[list[np.ndarray], np.ndarray]:
    """Sets of nodes that differ, float32, and the place of each day's among them, shape (days,)."""
    shapes: list[np.ndarray] = []
    place = []
    for each in points:
        single = each.astype(np.float32)
        found = (number for number, known in enumerate(shapes) if np.array_equal(known, single))
        place.append(next(found, len(shapes)))
        if place[-1] == len(shapes):
            shapes.append(single)
    return shapes, np.array(place, dtype=np.int64)


def _describe(dataset: h5py.Dataset, name: str) -> None:
    """Note unit, meaning and components of a known field as attributes; VTKHDF has no place of its own for them."""
    known = next((field for field in FIELD_NAMES if field.name == name), None)
    if known is not None:
        dataset.attrs["unit"] = known.unit
        dataset.attrs["meaning"] = known.meaning
        if known.components:
            dataset.attrs["components"] = list(known.components)


def _compressed(group: h5py.Group, name: str, values: np.ndarray) -> h5py.Dataset:
    return group.create_dataset(name, data=values, compression="gzip", compression_opts=4, shuffle=True)


def _append(root: h5py.Group, kind: str, name: str, values: np.ndarray, step: int, n_steps: int) -> None:
    """Add the rows of a step after those of earlier steps."""
    path = f"{kind}/{name}"
    rows = len(values)
    if path not in root:
        tail = values.shape[1:]
        created = root.create_dataset(
            path,
            shape=(n_steps * rows, *tail),
            chunks=(min(rows, 65536), *tail),
            dtype=np.float32,
            compression="gzip",
            compression_opts=4,
            shuffle=True,
        )
        _describe(created, name)
        root[f"Steps/{kind}Offsets/{name}"] = np.arange(0, n_steps * rows, rows, dtype=np.int64)
    dataset = root[path]
    assert isinstance(dataset, h5py.Dataset)  # created above
    dataset[step * rows : (step + 1) * rows] = values
