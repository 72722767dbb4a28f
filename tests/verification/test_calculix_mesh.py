"""The mesh of a crushed vertebra, written to a file, included in a deck and solved by CalculiX.

What `vertebra mesh crush --out mesh.inp` writes is read by the program that it is written for: element names,
length of numbers, names of regions and node sets. One material, lower face held, upper face pressed down.
"""

import re
import shutil
import subprocess

import numpy as np
import pytest

from vertebra.checks.observed.bench import bench
from vertebra.fem import Elasticity
from vertebra.meshes.files.writing import write_mesh
from vertebra.meshes.tetmesh import REGIONS

PROGRAM = "ccx"
pytestmark = pytest.mark.skipif(
    shutil.which(PROGRAM) is None,
    reason="needs CalculiX: no program `ccx` on the path (Debian and Ubuntu: apt-get install calculix-ccx)",
)

YOUNG_MPa, POISSON, DOWN_MM = 300.0, 0.3, 0.1
DECK = """*INCLUDE, INPUT=mesh.inp
*MATERIAL, NAME=M
*ELASTIC
{young},{poisson}
{sections}
*BOUNDARY
inferior_face,1,3
superior_face,1,2
superior_face,3,3,-{down}
*STEP
*STATIC
*NODE PRINT, NSET=superior_face, TOTALS=ONLY
RF
*END STEP
"""


@pytest.mark.slow
@pytest.mark.parametrize(("order", "force_N"), [(1, -867.4822), (2, -853.1905)])
def test_calculix_reads_the_mesh_and_finds_the_same_force(order, force_N, tmp_path):
    mesh = bench("crush", mesh=("mesh.parametric.edge_mm=4", f"mesh.order={order}")).anatomy.fractured.mesh
    write_mesh(mesh, tmp_path / "mesh.inp")
    sections = "\n".join(f"*SOLID SECTION, ELSET={region}, MATERIAL=M" for region in REGIONS)
    deck = DECK.format(young=YOUNG_MPa, poisson=POISSON, sections=sections, down=DOWN_MM)
    (tmp_path / "deck.inp").write_text(deck, encoding="ascii")
    ran = subprocess.run([PROGRAM, "deck"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-2000:]
    assert not re.search(r"\*(ERROR|WARNING)", ran.stdout), ran.stdout[-2000:]
    printed = float((tmp_path / "deck.dat").read_text(encoding="ascii").split()[-1])
    assert printed == pytest.approx(force_N, abs=5e-4)  # of this mesh, its layers on the borders of the band

    supports = np.full(mesh.points.shape, np.nan)
    supports[mesh.node_sets["inferior_face"]] = 0.0
    supports[mesh.node_sets["superior_face"]] = (0.0, 0.0, -DOWN_MM)
    problem = Elasticity(mesh.points, mesh.cells, supports, method="iterative")
    solution = problem.solve(
        np.full(mesh.n_cells, YOUNG_MPa), np.full(mesh.n_cells, POISSON), tolerance=1e-10
    )
    ours = solution.reaction[mesh.node_sets["superior_face"], 2].sum()
    assert ours == pytest.approx(printed, rel=1e-6)
