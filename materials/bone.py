"""Modulus and strength of intact bone from density, by published law."""

import numpy as np

from .density import Density, to_apparent, to_ash, to_qct
from .table import row, rows, value

_CONVERT = {"qct": to_qct, "ash": to_ash, "apparent": to_apparent}


def modulus_laws() -> tuple[str, ...]:
    """Names of the density-modulus laws."""
    return tuple(law.name.removeprefix("modulus.") for law in rows("bone", "modulus"))


def strength_laws() -> tuple[str, ...]:
    """Names of the density-strength laws."""
    return tuple(law.name.removeprefix("strength.") for law in rows("bone", "strength"))


def strength_law_for(law: str) -> str:
    """Name of the strength law that goes with a modulus law unless another is asked for."""
    return row("bone", f"modulus.{law}").parameters["strength"]


def young_modulus(density: Density, law: str = "kopperdahl2002") -> np.ndarray:
    """Young's modulus of trabecular bone along the axis of the spine.

    E = offset + coefficient rho^exponent, rho converted to the density on which the law was measured;
    constants and sources in `bone.toml`.

    Parameters
    ----------
    density : QctDensity, AshDensity or ApparentDensity, shape (m,)
    law : str
        One of `modulus_laws()`.

    Returns
    -------
    ndarray, shape (m,) [MPa]
    """
    return _evaluate(density, row("bone", f"modulus.{law}"))


def strength(
    density: Density, law: str = "kopperdahl2002", modulus_law: str = "kopperdahl2002"
) -> tuple[np.ndarray, np.ndarray]:
    """Compressive and tensile strength of trabecular bone along the axis of the spine.

    sigma_c = offset + coefficient rho^exponent, or a constant yield strain times Young's modulus; sigma_t by its own
    power where the source gives one, else 0.9 sigma_c.

    Parameters
    ----------
    density : QctDensity, AshDensity or ApparentDensity, shape (m,)
    law : str
        One of `strength_laws()`.
    modulus_law : str
        One of `modulus_laws()`, for a law of constant strain.

    Returns
    -------
    compression, tension : ndarray, shape (m,) [MPa]
        Both positive.
    """
    found = row("bone", f"strength.{law}")
    if "yield_strain" in found.parameters:
        compression = found.parameters["yield_strain"] * young_modulus(density, modulus_law)
    else:
        compression = _evaluate(density, found)
    if "tension_coefficient" in found.parameters:
        rho = _CONVERT[found.parameters["density"]](density).g_cm3
        return compression, found.parameters["tension_coefficient"] * rho ** found.parameters[
            "tension_exponent"
        ]
    return compression, value("bone", "tension_per_compression") * compression


def shell_young(density: Density) -> np.ndarray:
    """Young's modulus of the cortical shell: 6000 (rho_qct / 0.10)^0.5 MPa, rho of the bone inside it.

    Returns
    -------
    ndarray, shape (m,) [MPa]
    """
    relative = to_qct(density).g_cm3 / value("bone", "shell.reference_density")
    return value("bone", "shell.young") * relative ** value("bone", "shell.exponent")


def endplate_young() -> float:
    """Young's modulus of the bony endplate [MPa]; does not follow density."""
    return value("bone", "endplate.young")


def cortex_strength(young) -> tuple[np.ndarray, np.ndarray]:
    """Strength of shell and endplate: 0.0067 E in compression, 0.0042 E in tension.

    Parameters
    ----------
    young : ndarray or float [MPa]

    Returns
    -------
    compression, tension : ndarray [MPa]
    """
    young = np.asarray(young, dtype=float)
    compressive, tensile = value("bone", "cortex.compressive_strain"), value("bone", "cortex.tensile_strain")
    return compressive * young, tensile * young


def anisotropies() -> tuple[str, ...]:
    """Names of what the direction of trabecular bone may be: `none`, or a set of constants."""
    return ("none", *(found.name.removeprefix("anisotropy.") for found in rows("bone", "anisotropy")))


def anisotropy_constants(name: str) -> dict[str, float]:
    """Ratios of trabecular bone that is stiffer along the axis of the spine than across.

    Transverse isotropy about that axis; moduli over Young's modulus along it, as `young_modulus` gives it.

    Parameters
    ----------
    name : str
        One of `anisotropies()` but `none`.

    Returns
    -------
    dict of str to float [-]
        `young` and `poisson_transverse` across the axis, `shear_axial` and `poisson_axial` (of stress along the axis).
    """
    parameters = row("bone", f"anisotropy.{name}").parameters
    return {key: parameters[key] for key in ("young", "poisson_transverse", "poisson_axial", "shear_axial")}


def poisson() -> float:
    """Poisson's ratio of trabecular and cortical bone [-]."""
    return value("bone", "poisson")


def _evaluate(density, law):
    """Evaluate a law on the density that it was measured on; refuse where it turns negative."""
    rho = _CONVERT[law.parameters["density"]](density).g_cm3
    result = law.parameters["offset"] + law.parameters["coefficient"] * rho ** law.parameters["exponent"]
    if np.any(result <= 0):
        message = (
            f"law {law.name} ({law.parameters['formula']}) gives {np.min(result):g} MPa at a density of "
            f"{np.min(rho):g} g/cm3 ({law.parameters['density']}), expected a positive value: the density "
            "is below the range of a linear law. Use the power law kopperdahl2002."
        )
        raise ValueError(message)
    return result
