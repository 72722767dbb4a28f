"""Bundled vertebrae on a coarse mesh, at any density, on any day of healing, and the courses of patients."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from vertebra.courses.day_state import State
from vertebra.courses.law import healing_law
from vertebra.courses.states import solve_states
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.reading import read_scenario

COARSE = ("mesh.parametric.edge_mm=4.0", "mesh.order=1")
BETWEEN_DISCS = 'loading.ends="discs"'
"""Change that puts disc layers where the caps are; with `mesh.order=2`."""
_HEALING_ALONE = (
    'loading.rotation="free"',
    'capacity.rule="section"',
    'capacity.virtual_test="off"',
    'capacity.interaction="off"',
    'uncertainty.bands="off"',
)
"""Changes for courses of which height and motion are wanted, without the bracket of every capacity."""
_WITHOUT_CEMENT = "arms=[{name='conservative'}]"
Course = Mapping[tuple[str, int], Mapping[str, float]]
"""Columns of `healing.csv` by arm and day."""


def bench(name: str, *changes: str, mesh: tuple[str, ...] = COARSE) -> VertebraModel:
    """Mesh a bundled scenario; `changes` and `mesh` are of the form KEY=VALUE."""
    return VertebraModel.of(read_scenario(name, (*mesh, *changes)))


def healed(vertebra: VertebraModel, day: float) -> LoadedVertebra:
    """The crushed vertebra on a day of healing with all vessels open, untreated."""
    geometry = vertebra.anatomy.fractured
    bone = vertebra.bone(geometry)
    tissue = healing_law(vertebra.scenario, bone).advance(bone.fresh(), day)
    return vertebra.loaded(geometry, bone.on_day(tissue, None))


def patient(known: Mapping[str, Any], *changes: str, mesh: tuple[str, ...] = COARSE) -> VertebraModel:
    """Mesh the vertebra of a patient on a platen that may turn, left to heal unless `changes` name other arms.

    Parameters
    ----------
    known : mapping of str to Any
        Patients of a row, as in `time_cohorts.toml`.
    changes : str
        KEY=VALUE, over what the patients say.
    mesh : tuple of str
    """
    cleft = (f"fracture.cleft_mm={known['cleft_mm']}",) if known["cleft_mm"] > 0 else ()
    return bench(
        "main",
        *_HEALING_ALONE,
        _WITHOUT_CEMENT,
        f"mesh.parametric.level={known['level']}",
        f"bone.density_qct_mg_cm3={known['density_qct_mg_cm3']}",
        f"fracture.type={known['type']}",
        f"fracture.height_loss={1 - known['anterior_height']:.6g}",
        f"loading.phases={days_of(known['rest_days'], brace=known['brace'])}",
        *cleft,
        *changes,
        mesh=mesh,
    )


def days_of(rest_days: int, *, brace: bool) -> str:
    """Phases of a patient who lies for some days and stands from then on, with a brace or without."""
    rest = '{from_day=0,activity="lying"},' if rest_days > 0 else ""
    return f'[{rest}{{from_day={rest_days},activity="standing",brace={str(brace).lower()}}}]'


def followed(vertebra: VertebraModel) -> Course:
    """Columns of `healing.csv` on every day of every arm, solved and measured as in a run."""
    kept = _Kept()
    solve_states(vertebra, kept, lambda progress: None)
    return {key: state.healing for key, state in kept.states.items()}


class _Kept:
    """Keeper of all states of a course, in memory."""

    def __init__(self):
        self.states: dict[tuple[str, int], State] = {}
        self._arrays: dict[str, dict[str, np.ndarray]] = {}

    def has(self, arm: str, day: int) -> bool:
        return (arm, day) in self.states

    def keep(self, state: State) -> None:
        self.states[state.arm, state.day] = state

    def keep_arrays(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        self._arrays[name] = dict(arrays)

    def load_arrays(self, name: str) -> dict[str, np.ndarray]:
        return self._arrays.get(name, {})
