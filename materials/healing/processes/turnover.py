"""Mineral that osteoblasts lay down and osteoclasts take away while a fracture heals, balanced over every step.

Bone of the territory of repair is what the crush has left of the old trabeculae (as dense as they were compacted), the
mineral of woven bone between them, and remodelled bone. Where woven bone is remodelled, osteoclasts take all that
stands there, compacted trabeculae and callus, and osteoblasts lay down bone of the patient's density: overcompacted
bone and excess callus go. Remodelled bone then adapts to its load, up and down.
"""

from dataclasses import dataclass, replace

import numpy as np

from ...table import value
from ...tissue import TissueState
from .remodelling import Remodelled, diluted_density, equivalent_energy, remodel


@dataclass(frozen=True)
class MineralBalance:
    """Bone of the territory of repair over some days; after = before + formed - resorbed to rounding.

    Attributes
    ----------
    before, after : float [mg]
        Apparent mass of bone: crushed trabeculae, woven bone by its mineral, remodelled bone.
    callus : float [mg]
        Woven bone that formed or mineralised.
    lamellar : float [mg]
        Remodelled bone that was laid down.
    turned_over : float [mg]
        Crushed trabeculae and woven bone that osteoclasts took where bone was remodelled.
    torn : float [mg]
        Woven bone that was lost to overload or disuse, and remodelled bone that the healing law took away.
    gained, lost : float [mg]
        Remodelled bone, by adaptation to load.
    """

    before: float
    after: float
    callus: float
    lamellar: float
    turned_over: float
    torn: float
    gained: float
    lost: float

    @property
    def formed(self) -> float:
        """All that osteoblasts laid down [mg]."""
        return self.callus + self.lamellar + self.gained

    @property
    def resorbed(self) -> float:
        """All that went [mg]."""
        return self.turned_over + self.torn + self.lost


def mineral_balance(
    before: TissueState, after: TissueState, mass: np.ndarray, scaffold, adapted: Remodelled
) -> MineralBalance:
    """Bone that a step has formed and taken away.

    Parameters
    ----------
    before, after : TissueState
        The second with the density of `adapted`.
    mass : ndarray, shape (m,) [mg]
        Of host bone that would fill the territory of repair of each element, cement aside.
    scaffold : ndarray, shape (m,) [-]
        Density of what the crush has left of the old bone in the territory, over that of the host.
    adapted : Remodelled
        What load has done to remodelled bone at the end of the step.
    """
    woven = [state.share("woven") * state.mineralisation for state in (before, after)]
    remodelled = [state.share("remodelled") for state in (before, after)]
    added = remodelled[1] - remodelled[0]
    turned = np.maximum(added, 0.0)
    callus = woven[1] - woven[0] + turned  # mature woven bone is what turns lamellar
    unadapted = adapted.density - adapted.formed + adapted.resorbed
    laid = remodelled[1] * unadapted - remodelled[0] * before.remodelled_density

    def bone(i: int, density: np.ndarray) -> float:
        return float(mass @ ((1 - remodelled[i]) * scaffold + woven[i] + remodelled[i] * density))

    return MineralBalance(
        before=bone(0, before.remodelled_density),
        after=bone(1, adapted.density),
        callus=float(mass @ np.maximum(callus, 0)),
        lamellar=float(mass @ (np.maximum(laid, 0) + np.maximum(-added, 0) * scaffold)),
        turned_over=float(mass @ (turned * (scaffold + 1))),
        torn=float(mass @ (np.maximum(-callus, 0) + np.maximum(-laid, 0))),
        gained=float(mass @ (remodelled[1] * adapted.formed)),
        lost=float(mass @ (remodelled[1] * adapted.resorbed)),
    )


def turn_over(
    before: TissueState,
    after: TissueState,
    energy_density: np.ndarray,
    mass: np.ndarray,
    host_density: np.ndarray,
    scaffold: np.ndarray | float = 1.0,
    reference_energy: np.ndarray | None = None,
) -> tuple[TissueState, MineralBalance]:
    """Let remodelled bone adapt over the days that a healing law has just stepped, and balance its mineral.

    Bone laid down in the step comes in at the stored density `mixture.remodelled_density_per_host`; then all
    remodelled bone adapts to the energy density of the start of the step.

    Parameters
    ----------
    before, after : TissueState
        The same elements at the start and at the end of the step.
    energy_density : ndarray, shape (m,) [MPa]
        Under the daily load, at the start.
    mass : ndarray, shape (m,) [mg]
        Of host bone that would fill the territory of repair of each element, cement aside.
    host_density : ndarray, shape (m,) [g/cm3]
        Apparent.
    scaffold : ndarray, shape (m,), or float [-]
        Density of what the crush has left of the old bone in the territory, over that of the host: its compaction,
        0 in a cleft.
    reference_energy : ndarray, shape (m,), optional [MPa]
        Of the intact vertebra under the load that the patient was used to, see `equivalent_energy`. Without it one
        reference stimulus holds everywhere.

    Returns
    -------
    TissueState
        `after` with the new `remodelled_density`.
    MineralBalance
    """
    if reference_energy is not None:
        energy_density = equivalent_energy(energy_density, host_density, reference_energy)
    mixed = diluted_density(
        before.share("remodelled"),
        before.remodelled_density,
        after.share("remodelled"),
        value("mixture", "remodelled_density_per_host"),
    )
    done = remodel(mixed, energy_density, host_density, after.day - before.day)
    balance = mineral_balance(before, after, mass, np.asarray(scaffold, dtype=float), done)
    return replace(after, remodelled_density=done.density), balance
