"""Modulus and strength of every element: intact, crushed, healing or cemented."""

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from . import bone
from .cement import Composite
from .density import Density
from .table import value
from .tissue import TissueState

_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class HostBone:
    """Intact bone that each element is, or was before the fracture.

    Attributes
    ----------
    density : QctDensity, AshDensity or ApparentDensity, shape (m,)
        Of the trabecular bone, uncrushed.
    shell_fraction, endplate_fraction : ndarray, shape (m,) [-]
        Volume fractions of cortical shell and bony endplate; the rest of the element is trabecular bone.
    law, strength_law : str
        Of `bone.modulus_laws()` and `bone.strength_laws()`; without a strength law the one that goes with
        `law`.
    anisotropy : str
        Of `bone.anisotropies()`: whether the trabecular bone has a direction.
    enclosed : QctDensity, AshDensity or ApparentDensity, shape (m,), optional
        Of the trabecular bone that the shell of each element encloses; by default that of the element.
    """

    density: Density
    shell_fraction: np.ndarray
    endplate_fraction: np.ndarray
    law: str = "kopperdahl2002"
    strength_law: str | None = None
    anisotropy: str = "none"
    enclosed: Density | None = None

    def __post_init__(self):
        """Refuse arrays of different length."""
        if not len(self.density.g_cm3) == len(self.shell_fraction) == len(self.endplate_fraction):
            message = (
                f"density, shell_fraction and endplate_fraction hold {len(self.density.g_cm3)}, "
                f"{len(self.shell_fraction)} and {len(self.endplate_fraction)} elements, expected as many."
            )
            raise ValueError(message)


@dataclass(frozen=True, eq=False)
class MixtureConstants:
    """Numbers of the mixing rules, from `damage.toml` and `mixture.toml` unless given.

    Attributes
    ----------
    modulus_loss : ndarray, shape (m,), or float [-]
        D_E, lost where bone is broken through.
    strength_loss : float [-]
        D_S.
    healed_per_host : float [-]
        kappa, largest modulus and strength of healed tissue as a multiple of host bone.
    modulus_quality, strength_quality : float [-]
        What callus and woven bone of this patient add to the crushed scaffold, as a share of what they add in a
        sound patient.
    """

    modulus_loss: np.ndarray | float = field(default_factory=lambda: value("damage", "modulus_loss"))
    strength_loss: float = field(default_factory=lambda: value("damage", "strength_loss"))
    healed_per_host: float = field(default_factory=lambda: value("mixture", "healed_per_host"))
    modulus_quality: float = 1.0
    strength_quality: float = 1.0

    def __post_init__(self):
        """Refuse numbers that are no ratios."""
        for name, most in (
            ("modulus_loss", 1.0),
            ("strength_loss", 1.0),
            ("healed_per_host", 2.0),
            ("modulus_quality", 1.0),
            ("strength_quality", 1.0),
        ):
            given = np.asarray(getattr(self, name))
            if not np.all((given >= 0) & (given <= most)):
                message = f"{name} is {given.min():g} to {given.max():g}, expected 0 to {most:g}."
                raise ValueError(message)


@dataclass(frozen=True, eq=False)
class MixedProperties:
    """Elastic constants and strengths of every element; ndarrays of shape (m,).

    Attributes
    ----------
    young : ndarray, shape (m,) [MPa]
    poisson : ndarray, shape (m,) [-]
        0.3 throughout: the scaffold, not the soft tissue in it, sets the lateral expansion, and a Poisson's
        ratio that stays lets element matrices be reused over all days.
    strength_compression, strength_tension : ndarray, shape (m,) [MPa]
        Both positive.
    anisotropy : str
        Of `bone.anisotropies()`.
    aligned : ndarray, shape (m,) [-], or None
        Share of `young`, the modulus along the spine, with the direction of trabecular bone; the rest is isotropic
        with `poisson`. None without a direction.
    """

    young: np.ndarray
    poisson: np.ndarray
    strength_compression: np.ndarray
    strength_tension: np.ndarray
    anisotropy: str = "none"
    aligned: np.ndarray | None = None

    def softened(self, share: np.ndarray, modulus: float) -> Self:
        """The same with a share (m,) of each element at `modulus` times its Young's modulus; strengths stay."""
        return replace(self, young=self.young * (1 - share * (1 - modulus)))


def mix(
    host: HostBone,
    *,
    compaction: np.ndarray | float = 1.0,
    zone: np.ndarray | float = 1.0,
    tissue: TissueState | None = None,
    cement: Composite | None = None,
    constants: MixtureConstants | None = None,
) -> MixedProperties:
    """Modulus and strength of every element in its present state.

    Each bone constituent (trabecular, shell, endplate) goes through `recover`; then the constituents are
    added by volume fraction, E = sum f_i E_i and sigma = sum f_i sigma_i (they share their strain, and each
    yields in its turn), and so are an empty cleft and the augmented region. Soft tissue stiffens the
    trabecular scaffold by its own modulus times its share, at most 10 MPa, and adds no strength.

    Where trabecular bone has a direction, what stands of it after the crush has it as well, and remodelled bone gets it
    back (a judgement: bone.toml). Soft tissue, callus, woven bone, shell, endplate and cement have none; stiffnesses
    add by share of the modulus along the spine.

    In an element that a border of the band cuts, g is the share of its crushed part.

    A cleft has no scaffold (D = 1) and bone of the uncompacted host as its goal: soft tissue plus phi^2 times
    host, capped and remodelled as the rest. It fails at the strength of soft tissue until it mineralises.

    Parameters
    ----------
    host : HostBone
    compaction : ndarray, shape (m,) [-]
        Old over new volume c of the crushed bone; trabecular density is c rho, shell and endplate count c-fold.
    zone : ndarray, shape (m,) [-]
        Volume fraction of each element that lies in the crushed band. The rest of an element that a border of the
        band cuts is host bone on top of it or below: moduli act in series, and the weaker of the two decides
        strength.
    tissue : TissueState, optional
        Without one the bone is intact (and may not be compacted).
    cement : Composite, optional
        Needed when `tissue` holds cement.
    constants : MixtureConstants, optional

    Returns
    -------
    MixedProperties
    """
    constants = MixtureConstants() if constants is None else constants
    n = len(host.density.g_cm3)
    compaction = np.broadcast_to(np.asarray(compaction, dtype=float), (n,))
    if tissue is None:
        if np.any(compaction != 1):
            message = (
                "the bone is compacted but has no tissue state. Pass TissueState.fresh(damage(compaction))."
            )
            raise ValueError(message)
        tissue = TissueState.fresh(np.zeros(n))
    if len(tissue.territory) != n:
        message = f"the tissue state has {len(tissue.territory)} elements, expected {n} as the density has."
        raise ValueError(message)
    zone = np.broadcast_to(np.asarray(zone, dtype=float), (n,))
    young, compression, tension = _bone(host, compaction, zone, tissue, constants)
    poisson = np.full(n, bone.poisson())
    aligned = None if host.anisotropy == "none" else _aligned(host, compaction, zone, tissue, constants)
    filled = tissue.cement
    if cement is None:
        if np.any(filled > 0):
            message = "the tissue state holds cement without properties. Pass cement=composite(...)."
            raise ValueError(message)
        share = None if aligned is None else np.minimum(aligned / young, 1.0)
        return MixedProperties(young, poisson, compression, tension, host.anisotropy, share)
    augmented = (1 - filled) * young + filled * cement.young
    return MixedProperties(
        young=augmented,
        poisson=(1 - filled) * poisson + filled * cement.poisson,
        strength_compression=(1 - filled) * compression + filled * cement.strength_compression,
        strength_tension=(1 - filled) * tension + filled * cement.strength_tension,
        anisotropy=host.anisotropy,
        aligned=None if aligned is None else np.minimum((1 - filled) * aligned / augmented, 1.0),
    )


def recover(stages, tissue: TissueState, *, territory, loss, quality, constants, soft=0.0) -> np.ndarray:
    """Modulus or strength of one bone constituent, from crushed to healed to remodelled.

    With damage g, loss D, phi the mineral maturity of the territory and l its remodelled share:

    scaffold = min(compacted (1 - g D), intact)                    crushed bone is never better than intact
    capped   = min(scaffold + g soft + compacted g D phi^2, intact (1 + g (kappa - 1)))
    callus   = scaffold + quality (capped - scaffold)
    result   = (1 - g l) callus + g l goal

    Modulus and strength recover by the same phi^2. What weakens callus and woven bone of a patient fades as they are
    remodelled. Cap and remodelling act on the territory g only, so that
    bone which was never broken keeps its values whatever kappa and q are.

    Parameters
    ----------
    stages : sequence of 3 ndarray, shape (m,) [MPa]
        Intact, compacted and goal: value of the host bone uncrushed, at its density after the crush, and at the
        density of remodelled bone.
    tissue : TissueState
    territory : ndarray, shape (m,) or float [-]
        g; 1 in a cleft.
    loss : ndarray, shape (m,), or float [-]
    quality : float [-]
    constants : MixtureConstants
    soft : ndarray, shape (m,) or float [MPa]
        What the soft tissue of the territory adds.

    Returns
    -------
    ndarray, shape (m,) [MPa]
    """
    (intact, compacted, goal), g, phi = stages, territory, tissue.maturity
    scaffold = np.minimum(compacted * (1 - g * loss), intact)
    limit = intact * (1 + g * (constants.healed_per_host - 1))
    capped = np.minimum(scaffold + g * soft + compacted * g * loss * phi**2, np.maximum(limit, scaffold))
    remodelled = g * tissue.share("remodelled")
    callus = scaffold + quality * (capped - scaffold)
    return (1 - remodelled) * callus + remodelled * goal


def aligned_modulus(intact, compacted, goal, tissue: TissueState, *, territory, loss) -> np.ndarray:
    """Part of the modulus of trabecular bone that has its direction: the scaffold, and what remodels towards the goal.

    scaffold + g l (goal - scaffold); the rest of `recover` is soft tissue and woven bone.

    Parameters
    ----------
    intact, compacted, goal, tissue, territory, loss
        As for `recover`.

    Returns
    -------
    ndarray, shape (m,) [MPa]
    """
    scaffold = np.minimum(compacted * (1 - territory * loss), intact)
    return scaffold + territory * tissue.share("remodelled") * (goal - scaffold)


def bone_density(host: HostBone, compaction, tissue: TissueState) -> Density:
    """Trabecular density of each element now: c rho after the crush, towards that of remodelled bone.

    A cleft holds the density of the bone that has formed in it; empty, the least that is called bone. Dense bone that a
    collapse presses beyond solid counts as solid.
    """
    remodelled = tissue.territory * tissue.share("remodelled")
    crushed = (1 - remodelled) * compaction + remodelled * tissue.remodelled_density
    formed = (
        tissue.share("woven") * tissue.mineralisation + tissue.share("remodelled") * tissue.remodelled_density
    )
    factor = (1 - tissue.gap) * crushed + tissue.gap * formed
    least = (1 + _ROUNDING) * value("density", "least") / host.density.g_cm3
    return host.density.pressed(np.maximum(factor, least))


def _in_band(tissue, zone):
    """Share of the crushed part of each element that is broken; shape (m,)."""
    return np.minimum(np.divide(tissue.territory, zone, out=np.zeros(len(zone)), where=zone > 0), 1.0)


def _in_series(crushed, beside, zone):
    """Modulus of crushed bone and host bone on top of each other: 1 / (zone / crushed + (1 - zone) / beside)."""
    least = np.finfo(float).tiny
    return 1 / (zone / np.maximum(crushed, least) + (1 - zone) / np.maximum(beside, least))


def _bone(host, compaction, zone, tissue, constants):
    """Young's modulus, compressive and tensile strength of the bone of each element; three (m,) arrays."""
    n, q = len(compaction), tissue.remodelled_density
    shell_fraction, endplate_fraction = host.shell_fraction, host.endplate_fraction
    strength_law = bone.strength_law_for(host.law) if host.strength_law is None else host.strength_law

    def stages(density):
        return bone.young_modulus(density, host.law), *bone.strength(density, strength_law, host.law)

    trabecular = [stages(host.density.pressed(factor)) for factor in (1.0, compaction, q)]
    enclosed = host.density if host.enclosed is None else host.enclosed
    shell_now = bone.shell_young(enclosed)
    shell = [
        _cortex(young) for young in (shell_now, compaction * shell_now, bone.shell_young(enclosed.times(q)))
    ]
    plate_now = np.full(n, bone.endplate_young())
    plate = [_cortex(young) for young in (plate_now, compaction * plate_now, plate_now)]

    constituents = (
        (1 - shell_fraction - endplate_fraction, trabecular),
        (shell_fraction, shell),
        (endplate_fraction, plate),
    )
    losses = (constants.modulus_loss, constants.strength_loss, constants.strength_loss)
    qualities = (constants.modulus_quality, constants.strength_quality, constants.strength_quality)
    parted, cut = tissue.gap.any(), (zone > 0) & (zone < 1)
    broken = _in_band(tissue, zone)
    mixed = []
    for i, (loss, quality) in enumerate(zip(losses, qualities, strict=True)):
        crushed, beside, cleft = np.zeros(n), np.zeros(n), np.zeros(n)
        in_cleft = 0.0 if not parted else tissue.soft_young() if i == 0 else tissue.soft_strength()
        for kind, (fraction, (intact, compacted, goal)) in enumerate(constituents):
            crushed += fraction * recover(
                (intact[i], compacted[i], goal[i]),
                tissue,
                territory=broken,
                loss=loss,
                quality=quality,
                constants=constants,
                soft=tissue.soft_young() if i == kind == 0 else 0.0,
            )
            beside += fraction * intact[i]
            if parted:
                cleft += fraction * recover(
                    (intact[i], intact[i], goal[i]),
                    tissue,
                    territory=1.0,
                    loss=1.0,
                    quality=quality,
                    constants=constants,
                    soft=in_cleft,
                )
        if cut.any():
            pair = crushed[cut], beside[cut]
            crushed[cut] = _in_series(*pair, zone[cut]) if i == 0 else np.minimum(*pair)
        mixed.append((1 - tissue.gap) * crushed + tissue.gap * cleft if parted else crushed)
    return mixed


def _aligned(host, compaction, zone, tissue, constants):
    """Part of Young's modulus of each element that has the direction of trabecular bone, shape (m,) [MPa]."""
    intact, compacted, goal = (
        bone.young_modulus(host.density.pressed(factor), host.law)
        for factor in (1.0, compaction, tissue.remodelled_density)
    )
    loss = constants.modulus_loss
    crushed = aligned_modulus(intact, compacted, goal, tissue, territory=_in_band(tissue, zone), loss=loss)
    crushed = np.where((zone > 0) & (zone < 1), _in_series(crushed, intact, zone), crushed)
    cleft = aligned_modulus(intact, intact, goal, tissue, territory=1.0, loss=1.0)
    trabecular = 1 - host.shell_fraction - host.endplate_fraction
    return trabecular * ((1 - tissue.gap) * crushed + tissue.gap * cleft)


def _cortex(young):
    return young, *bone.cortex_strength(young)
