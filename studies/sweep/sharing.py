"""What cases of a study have in common, so that it is made once: meshes, cement in place, the intact vertebra."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from vertebra.courses.day_state import State
from vertebra.courses.plan import INTACT
from vertebra.courses.vertebra import Vertebra
from vertebra.models.anatomy import build_anatomy
from vertebra.records.manifest.environment import file_hashes
from vertebra.records.workspace import Workspace, fingerprint
from vertebra.scenarios.schema import Scenario

from ..preparing import prepare
from ..run import compute_into
from .failing import failure_of

_OF_ENDS = ("ends", "cap_mm", "disc_mm")
_NOT_OF_INTACT = {
    "name": True,
    "arms": True,
    "healing": True,
    "solver": {"threads"},
    "output": {"fields", "days", "pictures", "follow_up_weeks"},
}


def anatomy_key(scenario: Scenario) -> str:
    """What decides meshes, crush and cement in place: scenarios of equal keys share them.

    The density decides them where it is that of an image, in which the body lies.
    """
    bone = scenario.bone
    measured = bone.density_image is not None
    asked = {
        "mesh": scenario.mesh.model_dump(mode="json"),
        "fracture": None if scenario.fracture is None else scenario.fracture.model_dump(mode="json"),
        "ends": {name: getattr(scenario.loading, name) for name in _OF_ENDS},
        "arms": [(arm.name, arm.cement and arm.cement.model_dump(mode="json")) for arm in scenario.arms],
        "collapses": scenario.collapses,
        "bone": bone.model_dump(mode="json") if measured else None,
        "files": list(file_hashes(scenario.input_files).values()),
    }
    return fingerprint(json.dumps(asked, sort_keys=True))


def intact_key(scenario: Scenario) -> str:
    """What decides the state of the intact vertebra: all but arms, healing, and what is written beside the tables."""
    asked = scenario.model_dump(mode="json", exclude=_NOT_OF_INTACT)
    files = list(file_hashes(scenario.input_files).values())
    return fingerprint(json.dumps([asked, files], sort_keys=True))


@dataclass(frozen=True)
class CaseTask:
    """A case to be computed.

    Attributes
    ----------
    scenario : Scenario
    folder : Path
        Of its result.
    resume : bool
        Go on from states that an interrupted run has left.
    """

    scenario: Scenario
    folder: Path
    resume: bool


class CaseWorker:
    """Computes cases one after another and keeps what the next one may share.

    What is shared does not change a number: meshes and intact states are what each case would have found for itself,
    and every case has solvers of its own.
    """

    def __init__(self):
        """Begin with nothing."""
        self._anatomy: tuple[str, Vertebra] | None = None
        self._intact: tuple[str, State] | None = None

    def __call__(self, task: CaseTask) -> str:
        """Compute a case into its folder.

        Returns
        -------
        str
            Empty when it is done, else why it failed.

        Raises
        ------
        OSError
            Its files cannot be written.
        """
        key = intact_key(task.scenario)

        def known(work: Workspace) -> None:
            if self._intact is not None and self._intact[0] == key and not work.has(INTACT.name, 0):
                work.keep(self._intact[1])

        def learned(work: Workspace) -> None:
            if self._intact is None or self._intact[0] != key:
                self._intact = key, work.load(INTACT.name, 0)

        return failure_of(
            lambda: compute_into(
                task.scenario,
                task.folder,
                resume=task.resume,
                prepared=lambda scenario: prepare(scenario, build=self.vertebra),
                known=known,
                learned=learned,
            )
        )

    def vertebra(self, scenario: Scenario) -> Vertebra:
        """The vertebra of a scenario, on the meshes of the last one where both have them in common.

        Raises
        ------
        ValueError, OSError
            It cannot be meshed as asked.
        """
        key = anatomy_key(scenario)
        if self._anatomy is None or self._anatomy[0] != key:
            self._anatomy = None  # its memory is free again
            self._anatomy = key, Vertebra(scenario, build_anatomy(scenario))
        shared = self._anatomy[1]
        if scenario.bone.density_image is not None:
            return replace(shared, scenario=scenario, _specimens={}, _bones={}).with_locking_warnings()
        return shared.of_scenario(scenario).with_locking_warnings()
