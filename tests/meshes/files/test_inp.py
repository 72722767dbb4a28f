import meshio
import numpy as np
import pytest

from vertebra.meshes.files.inp import MOST_CHARACTERS, shortest, write_inp
from vertebra.meshes.tetmesh import REGIONS, TetMesh


@pytest.fixture
def lines(mesh, tmp_path):
    write_inp(mesh, tmp_path / "body.inp")
    return (tmp_path / "body.inp").read_text(encoding="ascii").splitlines()


def test_elements_have_the_names_that_calculix_knows(mesh, lines):
    assert [line for line in lines if line.startswith("*ELEMENT")] == [
        f"*ELEMENT, TYPE={'C3D4' if mesh.order == 1 else 'C3D10'}"
    ]


def test_numbers_and_lines_are_no_longer_than_calculix_reads(lines):
    data = [line.split(",") for line in lines if not line.startswith("*")]
    assert max(len(number) for row in data for number in row) <= MOST_CHARACTERS
    assert max(map(len, data)) <= 16
    assert max(map(len, lines)) <= 132


def test_element_and_node_sets_come_back(mesh, tmp_path):
    write_inp(mesh, tmp_path / "body.inp")
    back = meshio.read(tmp_path / "body.inp")
    assert set(back.point_sets) == set(mesh.node_sets) >= {"superior_face", "inferior_face", "wall"}
    for name, nodes in mesh.node_sets.items():
        np.testing.assert_array_equal(back.point_sets[name], np.sort(nodes))
    assert tuple(back.cell_sets) == REGIONS
    for i, name in enumerate(REGIONS):
        np.testing.assert_array_equal(back.cell_sets[name][0], np.flatnonzero(mesh.region == i))


def test_sets_without_members_are_left_out(tmp_path):
    one = TetMesh(
        points=np.vstack([np.zeros(3), np.eye(3)]),
        cells=np.array([[0, 1, 2, 3]], np.int32),
        region=np.array([REGIONS.index("shell")], np.int8),
        zeta=np.zeros(4),
        layer=np.zeros(1, np.int16),
        shell_fraction=np.ones(1),
        endplate_fraction=np.zeros(1),
        node_sets={"wall": np.arange(4, dtype=np.int32), "superior_face": np.empty(0, np.int32)},
    )
    write_inp(one, tmp_path / "one.inp")
    keywords = [line for line in (tmp_path / "one.inp").read_text().splitlines() if "SET=" in line]
    assert keywords == ["*ELSET, ELSET=shell", "*NSET, NSET=wall"]


@pytest.mark.parametrize(
    ("value", "digits"),
    [(0.0, 14), (-0.1, 14), (1 / 3, 14), (-1e3 / 3, 14), (-1e-3 / 3, 14), (-1e5 / 7, 14), (-1e-300 / 3, 13)],
)
def test_numbers_are_as_exact_as_fits(value, digits):
    assert len(shortest(value)) <= MOST_CHARACTERS
    assert float(shortest(value)) == pytest.approx(value, rel=0.5 * 10.0 ** (1 - digits), abs=0)
    if len(repr(value)) <= MOST_CHARACTERS:
        assert float(shortest(value)) == value
