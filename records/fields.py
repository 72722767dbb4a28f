"""All days of an arm in one VTKHDF file: the mesh once, the fields step by step.

Opens in ParaView with its time slider. Symmetric tensors are stored in VTK's order XX YY ZZ XY YZ XZ.
Format: https://docs.vtk.org/en/latest/vtk_file_formats/vtkhdf_file_format/index.html
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import h5py
import numpy as np

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
    points: np.ndarray,
    cells: np.ndarray,
    days: Sequence[int],
    steps: Iterable[tuple[Mapping[str, np.ndarray], Mapping[str, np.ndarray]]],
    static: Mapping[str, np.ndarray] | None = None,
) -> None:
    """Write one file for all days.

    Parameters
    ----------
    file : Path
        Where to write; `.vtkhdf`.
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray, shape (m, 4) or (m, 10)
    days : sequence of int [d]
        Time of each step.
    steps : iterable of (mapping, mapping)
        Per day the point arrays (first axis n) and the cell arrays (first axis m). Read one at a time.
    static : mapping, optional
        Cell arrays that do not change, stored once.
    """
    n, (m, nodes) = len(points), cells.shape
    with h5py.File(file, "w") as h5:
        root = h5.create_group("VTKHDF")
        root.attrs["Version"] = np.array([2, 2])
        root.attrs.create("Type", b"UnstructuredGrid", dtype=h5py.string_dtype("ascii", 16))
        for name, count in (("Points", n), ("Cells", m), ("ConnectivityIds", m * nodes)):
            root[f"NumberOf{name}"] = np.array([count], dtype=np.int64)
        _compressed(root, "Points", points.astype(np.float32))
        _compressed(root, "Connectivity", cells.ravel().astype(np.int64))
        _compressed(root, "Offsets", np.arange(0, m * nodes + 1, nodes, dtype=np.int64))
        _compressed(root, "Types", np.full(m, VTK_CELL[nodes], dtype=np.uint8))
        time = root.create_group("Steps")
        time.attrs["NSteps"] = len(days)
        time["Values"] = np.asarray(days, dtype=np.float64)
        time["NumberOfParts"] = np.ones(len(days), dtype=np.int64)
        for name in ("PartOffsets", "PointOffsets"):
            time[name] = np.zeros(len(days), dtype=np.int64)
        for name in ("CellOffsets", "ConnectivityIdOffsets"):
            time[name] = np.zeros((len(days), 1), dtype=np.int64)
        for name, values in (static or {}).items():
            _compressed(root, f"CellData/{name}", values)
            time[f"CellDataOffsets/{name}"] = np.zeros(len(days), dtype=np.int64)
        for step, (at_points, at_cells) in enumerate(steps):
            for name, values in at_points.items():
                _append(root, "PointData", name, values, step, len(days))
            for name, values in at_cells.items():
                _append(root, "CellData", name, values, step, len(days))


def _compressed(group: h5py.Group, name: str, values: np.ndarray) -> None:
    group.create_dataset(name, data=values, compression="gzip", compression_opts=4, shuffle=True)


def _append(root: h5py.Group, kind: str, name: str, values: np.ndarray, step: int, n_steps: int) -> None:
    """Add the rows of one step behind those of the steps before."""
    path = f"{kind}/{name}"
    rows = len(values)
    if path not in root:
        tail = values.shape[1:]
        root.create_dataset(
            path,
            shape=(n_steps * rows, *tail),
            chunks=(min(rows, 65536), *tail),
            dtype=np.float32,
            compression="gzip",
            compression_opts=4,
            shuffle=True,
        )
        root[f"Steps/{kind}Offsets/{name}"] = np.arange(0, n_steps * rows, rows, dtype=np.int64)
    dataset = root[path]
    assert isinstance(dataset, h5py.Dataset)  # created above
    dataset[step * rows : (step + 1) * rows] = values
