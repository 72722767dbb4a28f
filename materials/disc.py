"""The intervertebral disc: a nucleus that hardly changes its volume in an anulus that is stiff around it."""

from collections.abc import Mapping

from .table import row, value


def disc_height() -> float:
    """Height of the disc at its rim [mm]."""
    return value("disc", "height")


def nucleus_share() -> float:
    """Area of the nucleus pulposus over that of the disc [-]."""
    return value("disc", "nucleus_share")


def nucleus_constants() -> tuple[float, float]:
    """Young's modulus [MPa] and Poisson's ratio [-] of the nucleus pulposus."""
    found = row("disc", "nucleus").parameters
    return float(found["young"]), float(found["poisson"])


def anulus_young() -> float:
    """Young's modulus of the anulus fibrosus along its circumference [MPa]."""
    return float(row("disc", "anulus").parameters["young"])


def isotropic_anulus() -> tuple[float, float]:
    """Young's modulus [MPa] and Poisson's ratio [-] of an anulus fibrosus without a direction."""
    found = row("disc", "anulus").parameters
    return float(found["across"]), float(found["poisson"])


def anulus_constants() -> Mapping[str, float]:
    """Transverse isotropy of the anulus fibrosus about its circumference, in units of the modulus along it.

    Returns
    -------
    dict of str to float [-]
        `young`, `poisson_transverse`, `poisson_axial` and `shear_axial`; the shear modulus is that of an isotropic
        material as stiff as the anulus across its fibres, G = E / (2 (1 + nu)).
    """
    found = row("disc", "anulus").parameters
    across, poisson = float(found["across"]) / float(found["young"]), float(found["poisson"])
    return {
        "young": across,
        "poisson_transverse": poisson,
        "poisson_axial": poisson,
        "shear_axial": across / (2 * (1 + poisson)),
    }
