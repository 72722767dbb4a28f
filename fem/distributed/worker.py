"""The process of PETSc: which interpreter it has, how it is started, what it is given and what comes back."""

import json
import os
import shlex
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..cells.elements import Element
from ..multigrid.krylov import NotConverged

PROGRAM = Path(__file__).with_name("petsc_program.py")
VARIABLE = "VERTEBRA_PETSC"
"""Environment variable with the words that start an interpreter with petsc4py."""
_DEBIAN = "/usr/bin/python3"
_ADVICE = (
    "Install PETSc for Python (Debian: apt install python3-petsc4py) and name its interpreter, with mpiexec before it "
    f"where several processes are wanted: {VARIABLE}='mpiexec -n 2 /usr/bin/python3', or PetscWorker(command=...)."
)


class WorkerFailed(RuntimeError):  # noqa: N818
    """The process of PETSc cannot be started, or died."""


@dataclass(frozen=True)
class PetscWorker:
    """How the process of PETSc is started.

    Attributes
    ----------
    command : tuple of str
        Words before the name of the program: an interpreter that has petsc4py, after `mpiexec -n N` where there are to
        be several processes. Default: the words in `VERTEBRA_PETSC`, else Debian's interpreter.
    folder : path-like, optional
        Where arrays are exchanged; all machines must see it. Default: a temporary folder.
    """

    command: tuple[str, ...] = ()
    folder: str | os.PathLike | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """Command as it is started."""
        return self.command or tuple(shlex.split(os.environ.get(VARIABLE, ""))) or (_DEBIAN,)

    @cached_property
    def version(self) -> str:
        """Version of PETSc; empty where it cannot be started."""
        try:
            return self._start("--version").split()[-1]
        except (WorkerFailed, IndexError):
            return ""

    def solve(self, arrays: dict[str, np.ndarray], element: Element, tolerance: float) -> "Found":
        """Solve one problem.

        Parameters
        ----------
        arrays : dict of str to ndarray
            `points` (n, 3), `cells` (m, a), `lam` and `mu` (m,), `held` (n, 3), `prescribed` (k, n, 3) and, where
            there are some, `forces` (k, n, 3).
        element : Element
        tolerance : float
            Bound of |b - K u| / |b| for each mode.

        Returns
        -------
        Found

        Raises
        ------
        WorkerFailed
        NotConverged
            With the residual history.
        """
        with tempfile.TemporaryDirectory(prefix="vertebra-petsc-", dir=self.folder) as place:
            folder = Path(place)
            for name, array in {**arrays, "gradient": element.gradient, "weight": element.weight}.items():
                np.save(folder / f"{name}.npy", array, allow_pickle=False)
            (folder / "settings.json").write_text(json.dumps({"tolerance": tolerance}), encoding="utf-8")
            said = self._start(str(folder))
            return _read(folder, arrays["prescribed"].shape, said)

    def _start(self, argument: str) -> str:
        """Run the program and return what it printed.

        Raises
        ------
        WorkerFailed
        """
        words = [*self.words, "-I", str(PROGRAM), argument]
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        try:
            done = subprocess.run(
                words,
                capture_output=True,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
                env=os.environ | threads,
                check=False,
            )
        except OSError as error:
            message = f"PETSc: {shlex.join(self.words)} cannot be started ({error.strerror}). {_ADVICE}"
            raise WorkerFailed(message) from error
        if done.returncode != 0:
            said = " ".join((done.stderr or done.stdout).split())[-400:]
            message = (
                f"PETSc: {shlex.join(self.words)} ended with status {done.returncode} and said: {said or 'nothing'}. "
                f"{_ADVICE}"
            )
            raise WorkerFailed(message)
        return done.stdout


@dataclass(frozen=True, eq=False)
class Found:
    """What PETSc has found.

    Attributes
    ----------
    displacement : ndarray, shape (k, n, 3) [mm]
    iterations : int
        Largest over modes.
    processes : int
    seconds : dict of str to float [s]
        Processor time of the first process in `assembly`, `setup` of the hierarchy and `solve`.
    """

    displacement: np.ndarray
    iterations: int
    processes: int
    seconds: dict[str, float]


def _read(folder: Path, shape: Sequence[int], said: str) -> Found:
    """Take what the processes have left.

    Raises
    ------
    WorkerFailed
    NotConverged
    """
    report_file = folder / "report.json"
    if not report_file.is_file():
        message = f"PETSc left no report and said: {' '.join(said.split())[-400:] or 'nothing'}. {_ADVICE}"
        raise WorkerFailed(message)
    report: dict[str, Any] = json.loads(report_file.read_text(encoding="utf-8"))
    for reason, history in zip(report["reasons"], report["history"], strict=True):
        if reason <= 0:
            relative = [each / history[0] for each in history] if history and history[0] > 0 else history
            text = (
                f"PETSc stopped after {len(history) - 1} iterations (reason {reason}) with a relative residual of "
                f"{relative[-1] if relative else float('nan'):.2e}. Check supports, mesh and moduli."
            )
            raise NotConverged(text, relative)
    displacement = np.full(shape, np.nan)
    for part in (*(f"{number:05d}" for number in range(report["processes"])), "held"):
        nodes = np.load(folder / f"nodes-{part}.npy", allow_pickle=False)
        displacement[:, nodes] = np.load(folder / f"displacement-{part}.npy", allow_pickle=False)
    return Found(displacement, max(report["iterations"]), report["processes"], report["seconds"])
