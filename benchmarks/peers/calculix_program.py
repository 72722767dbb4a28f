"""CalculiX: the program `ccx` with SPOOLES on a deck of the same problem; its whole process is timed."""

import subprocess
import tempfile
from pathlib import Path

import numpy as np

from vertebra.benchmarks.measuring.clock import clock
from vertebra.benchmarks.peers import Outcome
from vertebra.benchmarks.problem import Case

PROGRAM = "ccx"
NEEDS_SYSTEM = False
LARGEST = 50_000
ROUNDED = True
"""Its displacements come back with seven digits, so only the energy can be compared, not the residual."""


def _table(rows) -> str:
    return "\n".join(rows) + "\n"


def write_deck(case: Case, path: Path) -> None:
    """Write nodes, elements by material, supports and one linear step; 1-based numbers of at most 20 characters."""
    materials, which = np.unique(np.stack([case.young, case.poisson], axis=1), axis=0, return_inverse=True)
    which = which.ravel()
    kind = "C3D4" if case.order == 1 else "C3D10"
    with path.open("w", encoding="ascii") as deck:
        deck.write("*NODE, NSET=ALL\n")
        deck.write(_table(f"{i},{x:.12e},{y:.12e},{z:.12e}" for i, (x, y, z) in enumerate(case.points, 1)))
        for number, (young, poisson) in enumerate(materials):
            deck.write(f"*ELEMENT, TYPE={kind}, ELSET=E{number}\n")
            members = np.flatnonzero(which == number)
            rows = np.column_stack([members, case.cells[members]]) + 1
            deck.write(_table(",".join(map(str, row)) for row in rows.tolist()))
            deck.write(f"*MATERIAL, NAME=M{number}\n*ELASTIC\n{young:.12e},{poisson:.12e}\n")
            deck.write(f"*SOLID SECTION, ELSET=E{number}, MATERIAL=M{number}\n")
        deck.write("*STEP\n*STATIC, SOLVER=SPOOLES\n*BOUNDARY\n")
        held = np.argwhere(~np.isnan(case.supports))
        deck.write(_table(f"{n + 1},{a + 1},{a + 1},{case.supports[n, a]:.12e}" for n, a in held))
        deck.write("*NODE PRINT, NSET=ALL\nU\n*END STEP\n")


def solve(case: Case, system=None) -> Outcome:
    """Run ccx in a temporary folder; the deck is written before the clock starts."""
    with tempfile.TemporaryDirectory() as folder:
        write_deck(case, Path(folder) / "deck.inp")
        start = clock()
        subprocess.run([PROGRAM, "deck"], cwd=folder, check=True, capture_output=True)
        wall = clock() - start
        lines = (Path(folder) / "deck.dat").read_text(encoding="ascii").splitlines()
    rows = [line.split() for line in lines if len(line.split()) == 4 and line.split()[0].isdigit()]
    displacement = np.zeros(case.points.shape)
    displacement[[int(row[0]) - 1 for row in rows]] = [[float(word) for word in row[1:]] for row in rows]
    return Outcome({"solve": wall}, displacement, details={"whole_process": True})
