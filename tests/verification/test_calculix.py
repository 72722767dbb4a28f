"""A crushed and cemented vertebra, solved independently by CalculiX.

G. Dhondt, The Finite Element Method for Three-Dimensional Thermomechanical Applications, Wiley 2004; the program is
`ccx` of G. Dhondt and K. Wittig. It sees the same mesh (curved 10-node tetrahedra included), the same modulus and
Poisson's ratio of every element and the same supports; elements of equal moduli share a material. Its answers come
back as text of seven significant digits.
"""

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from vertebra.checks.observed.bench import bench
from vertebra.fem import Elasticity
from vertebra.fem.cells.elements import tetrahedron
from vertebra.fem.cells.stress import principal_stress
from vertebra.fem.systems.platens import platen_supports
from vertebra.materials.failure.criteria import utilisation
from vertebra.materials.mixture import MixedProperties
from vertebra.meshes.tetmesh import TetMesh
from vertebra.models.response.unit_force import UnitForce
from vertebra.models.strength.linear_criteria import mobilised_section_strength

PROGRAM = "ccx"
pytestmark = pytest.mark.skipif(
    shutil.which(PROGRAM) is None,
    reason="needs CalculiX: no program `ccx` on the path (Debian and Ubuntu: apt-get install calculix-ccx)",
)

DIGITS = 7
"""Significant digits of a printed number."""
ROUNDING = 1e-9
"""Of the largest value of a field: by so much a factorisation there and iterations here may differ."""
MID_NODES = {4: (0, 1), 5: (1, 2), 6: (2, 0), 7: (0, 3), 8: (1, 3), 9: (2, 3)}
"""Edge of each mid node of a C3D10, corners counted from 0 (CalculiX user's manual, ten-node element)."""
VOIGT = [0, 1, 2, 5, 4, 3]
"""Our columns of stress in the order of their table, xx yy zz xy xz yz; and back."""


@dataclass(frozen=True, eq=False)
class Vertebra:
    mesh: TetMesh
    properties: MixedProperties
    poisson: np.ndarray
    pivot: np.ndarray

    @property
    def upper(self):
        return self.mesh.node_sets["superior_face"]

    @property
    def lower(self):
        return self.mesh.node_sets["inferior_face"]

    def supports(self, *modes):
        return platen_supports(self.mesh.points, self.lower, self.upper, modes=modes, pivot=self.pivot)

    def solve(self, *modes):
        problem = Elasticity(self.mesh.points, self.mesh.cells, self.supports(*modes), method="iterative")
        return problem, problem.solve(self.properties.young, self.poisson, tolerance=1e-12)


@cache
def vertebra(order):
    """A small body, crushed and filled, between caps; every region gets a Poisson's ratio of its own."""
    small = {"width_superior": 20, "width_inferior": 21, "depth_superior": 16, "depth_inferior": 17}
    mesh = ["mesh.parametric.level=T11", "mesh.parametric.edge_mm=4.0", f"mesh.order={order}"]
    mesh += [f"mesh.parametric.{name}_mm={size}" for name, size in small.items()]
    filled = bench("main", "arms.vertebroplasty.cement.volume_ml=1", mesh=tuple(mesh)).filled(
        "vertebroplasty"
    )
    fractured = filled.specimen.mesh
    return Vertebra(
        mesh=fractured,
        properties=filled.properties,
        poisson=np.array([0.3, 0.2, 0.25, 0.25, 0.35, 0.4])[fractured.region],
        pivot=filled.specimen.pivot,
    )


def as_lines(rows):
    return "".join(",".join(map(str, row)) + "\n" for row in rows)


def model(specimen):
    """Nodes, elements, materials and sets; numbers count from 1, reals fill the 20 characters that are read."""
    mesh, young = specimen.mesh, specimen.properties.young
    moduli, material = np.unique(np.stack([young, specimen.poisson], axis=1), axis=0, return_inverse=True)
    assert 100 < len(moduli) < mesh.n_cells  # uneven, and elements of equal moduli share a material
    material = material.ravel()
    kind = {1: "C3D4", 2: "C3D10"}[mesh.order]
    yield "*NODE, NSET=ALL\n"
    yield as_lines((n, *(f"{x:.13e}" for x in point)) for n, point in enumerate(mesh.points, 1))
    for number, (modulus, ratio) in enumerate(moduli):
        members = np.flatnonzero(material == number)
        yield f"*ELEMENT, TYPE={kind}, ELSET=E{number}\n"
        yield as_lines((np.column_stack([members, mesh.cells[members]]) + 1).tolist())
        yield f"*MATERIAL, NAME=M{number}\n*ELASTIC\n{modulus:.13e},{ratio:.13e}\n"
        yield f"*SOLID SECTION, ELSET=E{number}, MATERIAL=M{number}\n"
    yield f"*ELSET, ELSET=CELLS, GENERATE\n1,{mesh.n_cells}\n"
    yield "*NSET, NSET=LOWER\n" + as_lines((node + 1,) for node in specimen.lower.tolist())


def ball_joint(specimen):
    """Equations that tie the upper face to three motions, held in two nodes of their own.

    With r from the pivot: u_x = z b, u_y = z a, u_z = -d - y a - x b; a is flexion, b lateral bending (both
    free: no moment), d the shortening.
    """
    shift, turn = specimen.mesh.n_points + 1, specimen.mesh.n_points + 2
    yield "*NODE\n" + as_lines((node, *(f"{x:.13e}" for x in specimen.pivot)) for node in (shift, turn))
    lever = specimen.mesh.points[specimen.upper] - specimen.pivot
    for node, (x, y, z) in zip((specimen.upper + 1).tolist(), lever, strict=True):
        for terms in (
            [(node, 1, 1.0), (turn, 2, -z)],
            [(node, 2, 1.0), (turn, 1, -z)],
            [(node, 3, 1.0), (shift, 1, 1.0), (turn, 1, y), (turn, 2, x)],
        ):
            yield f"*EQUATION\n{len(terms)}\n"
            yield as_lines((n, direction, f"{factor:.13e}") for n, direction, factor in terms)


def step(held):
    """One linear step with the held displacements (node, direction, size), and what is printed."""
    yield "*STEP\n*STATIC\n*BOUNDARY\n"
    yield as_lines((node + 1, i + 1, i + 1, f"{size:.13e}") for node, i, size in held)
    yield "*NODE PRINT, NSET=ALL\nU\n*NODE PRINT, NSET=LOWER, TOTALS=ONLY\nRF\n"
    yield "*EL PRINT, ELSET=CELLS\nS,COORD\n*END STEP\n"


@dataclass(frozen=True, eq=False)
class Answer:
    """Displacement (n, 3), force on the lower face (3), stress (m, q, 6) and where it is (m, q, 3)."""

    displacement: np.ndarray
    force: np.ndarray
    stress: np.ndarray
    place: np.ndarray


def ask_calculix(folder, specimen, *parts):
    """Run a deck and read its tables back."""
    (folder / "vertebra.inp").write_text("".join(text for part in parts for text in part), encoding="ascii")
    ran = subprocess.run([PROGRAM, "vertebra"], cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-2000:]
    tables, rows = {}, []
    for line in (folder / "vertebra.dat").read_text(encoding="ascii").splitlines():
        words = line.split()
        if words and words[0].isalpha():
            rows = tables.setdefault(words[0], [])
        elif words:
            rows.append([float(word) for word in words])
    read = {heading: np.array(numbers) for heading, numbers in tables.items()}
    n_points, n_cells, q = specimen.mesh.n_points, specimen.mesh.n_cells, {1: 1, 2: 4}[specimen.mesh.order]
    np.testing.assert_array_equal(read["displacements"][:, 0], np.arange(n_points) + 1)
    for heading in ("stresses", "global"):
        numbers = np.stack(np.divmod(np.arange(n_cells * q), q), axis=1) + 1
        np.testing.assert_array_equal(read[heading][:, :2], numbers)
    return Answer(
        displacement=read["displacements"][:, 1:],
        force=read["total"][0],
        stress=read["stresses"][:, 2:].reshape(n_cells, q, 6),
        place=read["global"][:, 2:].reshape(n_cells, q, 3),
    )


def assert_equal_as_printed(ours, printed):
    """Differ by half a unit of the last printed digit, and by rounding of the largest value."""
    with np.errstate(divide="ignore"):
        last_digit = 10.0 ** (np.floor(np.log10(np.abs(printed))) - DIGITS + 1)
    allowed = 0.5 * last_digit + ROUNDING * np.abs(printed).max()
    worst = np.max(np.abs(ours - printed) / allowed)
    assert worst < 1, f"off by {worst:.3g} times what printing explains"


def section_strength(specimen, problem, stress):
    """Capacity from stress under unit axial force."""
    bone, properties = specimen.mesh.is_bone, specimen.properties
    used = np.zeros(problem.volume.shape)
    strength = properties.strength_compression, properties.strength_tension
    used[bone] = utilisation("box", principal_stress(stress[bone]), *(each[bone, None] for each in strength))
    return mobilised_section_strength(
        -stress[..., 2], used, strength[0], problem.volume, specimen.mesh.layer
    ).capacity_N


def test_mid_nodes_stand_where_calculix_wants_them():
    mesh = vertebra(2).mesh
    for column, pair in MID_NODES.items():
        middle = mesh.points[mesh.cells[:, pair]].mean(axis=1)
        off = np.linalg.norm(mesh.points[mesh.cells[:, column]] - middle, axis=1)
        length = np.linalg.norm(np.subtract(*mesh.points[mesh.cells[:, pair]].transpose(1, 0, 2)), axis=1)
        assert (off < 0.25 * length).all()  # curved edges bend by less


@pytest.mark.parametrize("order", [1, 2])
def test_fixed_platen_agrees(order, tmp_path):
    specimen = vertebra(order)
    supports = specimen.supports("axial")[0]
    held = [(node, i, supports[node, i]) for node, i in np.argwhere(~np.isnan(supports)).tolist()]
    theirs = ask_calculix(tmp_path, specimen, model(specimen), step(held))
    problem, solution = specimen.solve("axial")
    stress, reaction = solution.stress()[0], solution.reaction[0]
    force = -reaction[specimen.upper, 2].sum()
    assert force == pytest.approx(theirs.force[2], rel=1e-5)
    assert_equal_as_printed(reaction[specimen.lower].sum(axis=0), theirs.force)
    assert_equal_as_printed(solution.displacement[0], theirs.displacement)
    shape = tetrahedron(specimen.mesh.cells.shape[1]).shape
    place = np.einsum("qa,cai->cqi", shape, specimen.mesh.points[specimen.mesh.cells])
    assert_equal_as_printed(place, theirs.place)  # so that stresses are compared point by point
    assert_equal_as_printed(stress[..., VOIGT], theirs.stress)
    capacity = section_strength(specimen, problem, theirs.stress[..., VOIGT] / theirs.force[2])
    assert section_strength(specimen, problem, stress / force) == pytest.approx(capacity, rel=1e-5)


@pytest.mark.parametrize("order", [1, 2])
def test_ball_joint_agrees(order, tmp_path):
    specimen = vertebra(order)
    held = [(node, i, 0.0) for node in specimen.lower.tolist() for i in range(3)]
    held += [(specimen.mesh.n_points, 0, 1.0)]
    theirs = ask_calculix(tmp_path, specimen, model(specimen), ball_joint(specimen), step(held))
    _, solution = specimen.solve("axial", "flexion", "lateral")
    unit = UnitForce.of(solution)
    assert unit.stiffness < 0.99 * solution.energy[0, 0]  # the joint does turn
    assert unit.stiffness == pytest.approx(theirs.force[2], rel=1e-5)
    assert_equal_as_printed(unit.stiffness * unit.displacement, theirs.displacement)
    assert_equal_as_printed(unit.stiffness * unit.stress[..., VOIGT], theirs.stress)
