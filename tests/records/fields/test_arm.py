"""Field file of an arm: chosen fields, names of regions, a body that changes its shape."""

from dataclasses import replace

import h5py
import numpy as np
import pyvista

from vertebra.courses.day_state import State
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.tetmesh import REGIONS
from vertebra.records.fields.arm import write_arm_fields
from vertebra.records.fields.reading import FieldFile

DAYS = (0, 14)
BODY = parametric_body("L1", 4.0, 1)


def state(day):
    """Stress, strain and density that grow with the day; density differs from cell to cell."""
    cells, points = BODY.n_cells, BODY.n_points
    at_cells = {
        "stress_MPa": np.full((cells, 6), 1.0 + day),
        "strain": np.tile([0.0, 0.0, -0.01, 0.02, 0.0, 0.0], (cells, 1)),
        "density_mg_cm3": (1 + day) * np.linspace(80.0, 160.0, cells),
    }
    at_points = {"displacement_mm": np.full((points, 3), float(day))}
    return State("a", day, {}, {}, {}, {}, {}, at_points, at_cells)


def write(file, wanted, bodies=(BODY, BODY)):
    write_arm_fields(file, bodies, map(state, DAYS), DAYS, wanted)


def test_fields_of_every_day_are_read_back_with_regions_by_name(tmp_path):
    file = tmp_path / "f.vtkhdf"
    write(file, ("stress", "strain", "density", "displacement", "region"))
    reader = pyvista.get_reader(file)
    for place, day in enumerate(DAYS):
        reader.reader.SetStep(place)
        grid = reader.read()
        expected = state(day).at_cells
        assert np.allclose(grid.cell_data["density_mg_cm3"], expected["density_mg_cm3"])
        assert np.allclose(grid.cell_data["strain"][:, 4], 0.01)  # YZ: half of the engineering shear
        names = np.asarray(grid.field_data["region_names"])
        assert list(names) == list(REGIONS)
        shell = names[grid.cell_data["region"]] == "shell"
        assert (shell == BODY.in_region("shell")).all()
        assert shell.any()


def test_only_chosen_fields_are_written_and_names_only_beside_regions(tmp_path):
    file = tmp_path / "f.vtkhdf"
    write(file, ("density",))
    with h5py.File(file) as h5:
        assert list(h5["VTKHDF/CellData"]) == ["density_mg_cm3"]
        assert "PointData" not in h5["VTKHDF"]
        assert "FieldData" not in h5["VTKHDF"]


def test_a_body_that_loses_height_has_points_of_its_own_day_and_others_do_not(tmp_path):
    lower = replace(BODY, points=BODY.points * (1.0, 1.0, 0.9))
    for bodies, sets in (((BODY, BODY), 1), ((BODY, lower), 2)):
        file = tmp_path / f"{sets}.vtkhdf"
        write(file, ("density",), bodies)
        with h5py.File(file) as h5:
            assert len(h5["VTKHDF/Points"]) == sets * BODY.n_points
        reader = pyvista.get_reader(file)
        reader.reader.SetStep(1)
        assert np.allclose(reader.read().points, bodies[1].points, atol=1e-5)
        read = FieldFile(file)
        for body, day in zip(bodies, DAYS, strict=True):
            assert np.allclose(read.points(day), body.points, atol=1e-5)


def test_fields_come_back_as_the_states_held_them(tmp_path):
    file = tmp_path / "f.vtkhdf"
    write(file, ("stress", "strain", "density", "displacement", "region"))
    read = FieldFile(file)
    assert read.days == DAYS
    for day in DAYS:
        expected = state(day)
        assert np.allclose(read.field("strain", day), expected.at_cells["strain"])
        assert np.allclose(read.field("density", day), expected.at_cells["density_mg_cm3"])
        assert np.allclose(read.field("displacement", day), expected.at_points["displacement_mm"])
        assert (read.field("region", day) == BODY.region).all()
