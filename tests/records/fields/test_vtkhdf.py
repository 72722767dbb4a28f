"""Field files, read back by VTK's own reader."""

import h5py
import numpy as np
import pytest
import pyvista
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkIOHDF import vtkHDFReader

from vertebra.meshes.shapes import box
from vertebra.records.fields.vtkhdf import vtk_tensor, write_fields

DAYS = (0, 7, 365)
NAMES = ("trabecular", "shell")


def fields_on(day, n_points, n_cells):
    """Fields in which every value tells its day, place and component."""
    vector = day + np.arange(3 * n_points).reshape(n_points, 3)
    tensor = 10 * day + np.arange(6 * n_cells).reshape(n_cells, 6)
    return {"displacement_mm": vector}, {"stress_MPa": tensor, "young_MPa": day + np.arange(n_cells)}


@pytest.fixture(params=[1, 2])
def written(request, tmp_path):
    points, cells = box((1.0, 2.0, 3.0), (2, 1, 1), order=request.param)
    file = tmp_path / "fields.vtkhdf"
    steps = (fields_on(day, len(points), len(cells)) for day in DAYS)
    region = np.arange(len(cells), dtype=np.int8)
    write_fields(file, [points] * len(DAYS), cells, DAYS, steps, {"region": region}, {"region_names": NAMES})
    return file, points, cells


def read_step(file, step):
    reader = vtkHDFReader()
    reader.SetFileName(str(file))
    reader.UpdateInformation()
    assert reader.GetNumberOfSteps() == len(DAYS)
    reader.SetStep(step)
    reader.Update()
    return reader.GetTimeValue(), pyvista.wrap(reader.GetOutputDataObject(0))


@pytest.mark.parametrize("step", range(len(DAYS)))
def test_every_step_comes_back_with_its_time_mesh_and_fields(written, step):
    file, points, cells = written
    time, grid = read_step(file, step)
    at_points, at_cells = fields_on(DAYS[step], len(points), len(cells))
    assert time == DAYS[step]
    assert np.allclose(vtk_to_numpy(grid.GetPoints().GetData()), points)
    kind = pyvista.CellType.TETRA if cells.shape[1] == 4 else pyvista.CellType.QUADRATIC_TETRA
    assert (grid.cells_dict[kind] == cells).all()
    assert np.allclose(grid.point_data["displacement_mm"], at_points["displacement_mm"])
    for name, values in at_cells.items():
        assert np.allclose(grid.cell_data[name], values)
    assert (grid.cell_data["region"] == np.arange(len(cells))).all()


def test_mesh_and_static_fields_are_stored_once(written):
    file, points, cells = written
    with h5py.File(file) as h5:
        root = h5["VTKHDF"]
        assert root["Points"].shape == points.shape
        assert root["Connectivity"].shape == (cells.size,)
        assert root["CellData/region"].shape == (len(cells),)
        assert root["CellData/young_MPa"].shape == (len(DAYS) * len(cells),)


def test_quadratic_cells_keep_their_volume(tmp_path):
    size = (1.0, 2.0, 3.0)
    points, cells = box(size, (2, 1, 1), order=2)
    write_fields(tmp_path / "f.vtkhdf", [points] * 3, cells, (0, 1, 2), [({}, {})] * 3)
    _, grid = read_step(tmp_path / "f.vtkhdf", 0)
    assert grid.compute_cell_sizes()["Volume"].sum() == pytest.approx(np.prod(size))


def test_tensor_goes_from_voigt_to_the_order_of_vtk():
    xx, yy, zz, yz, xz, xy = voigt = np.arange(1.0, 7.0)
    assert vtk_tensor(voigt).tolist() == [xx, yy, zz, xy, yz, xz]
    assert vtk_tensor(voigt, engineering=True).tolist() == [xx, yy, zz, xy / 2, yz / 2, xz / 2]
    assert voigt.tolist() == [1, 2, 3, 4, 5, 6]


def test_words_come_back_on_every_day(written):
    file, _, _ = written
    for step in range(len(DAYS)):
        words = read_step(file, step)[1].GetFieldData().GetAbstractArray("region_names")
        assert [words.GetValue(place) for place in range(words.GetNumberOfValues())] == list(NAMES)
    assert list(pyvista.read(file).field_data["region_names"]) == list(NAMES)


def test_known_fields_carry_their_unit_and_components(written):
    file, _, _ = written
    with h5py.File(file) as h5:
        stress = h5["VTKHDF/CellData/stress_MPa"].attrs
        assert stress["unit"] == "MPa"
        assert list(stress["components"]) == ["XX", "YY", "ZZ", "XY", "YZ", "XZ"]
        assert h5["VTKHDF/PointData/displacement_mm"].attrs["unit"] == "mm"


@pytest.mark.parametrize("order", [1, 2])
def test_points_move_where_they_move_and_are_stored_once_where_they_do_not(tmp_path, order):
    """A body that loses height on the second day and regains it on the third."""
    points, cells = box((1.0, 2.0, 3.0), (2, 1, 1), order=order)
    lower = points * (1.0, 1.0, 0.5)
    steps = [fields_on(day, len(points), len(cells)) for day in DAYS]
    file = tmp_path / "f.vtkhdf"
    write_fields(file, [points, lower, points.copy()], cells, DAYS, steps)
    for step, expected in enumerate((points, lower, points)):
        _, grid = read_step(file, step)
        assert np.allclose(vtk_to_numpy(grid.GetPoints().GetData()), expected)
        assert grid.compute_cell_sizes()["Volume"].sum() == pytest.approx(6.0 * (1.0, 0.5, 1.0)[step])
        assert np.allclose(grid.cell_data["stress_MPa"], steps[step][1]["stress_MPa"])
    with h5py.File(file) as h5:
        assert h5["VTKHDF/Points"].shape == (2 * len(points), 3)
        assert h5["VTKHDF/Connectivity"].shape == (cells.size,)
