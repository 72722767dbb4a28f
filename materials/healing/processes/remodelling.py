"""Remodelled bone gains and loses density with the strain energy that it carries.

Remodelling changes density only: a crushed vertebra keeps its shape.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import lambertw, wrightomega

from ...table import value

_NO_ENERGY = 1e-9  # of the density: a balance below it is that without load
_AT_GOAL = 1e-300  # keeps the logarithm finite where density has reached its balance


@dataclass(frozen=True, eq=False)
class Remodelled:
    """What a stretch of days has done to the remodelled bone of each element; ndarrays of shape (m,).

    Attributes
    ----------
    density : ndarray, shape (m,) [-]
        New apparent density as a multiple of the host's.
    formed, resorbed : ndarray, shape (m,) [-]
        Gained by osteoblasts and lost to osteoclasts, in the same unit: density = before + formed - resorbed.
    """

    density: np.ndarray
    formed: np.ndarray
    resorbed: np.ndarray


def stimulus(energy_density, density) -> np.ndarray:
    """Strain energy per mass of bone, S = U / rho.

    1 MPa = 1 mJ/mm3 and 1 g/cm3 = 1 mg/mm3, so the ratio is in mJ/mg = J/g.

    Parameters
    ----------
    energy_density : ndarray, shape (m,) [MPa]
    density : ndarray, shape (m,) [g/cm3]
        Apparent.

    Returns
    -------
    ndarray, shape (m,) [J/g]
    """
    return np.asarray(energy_density, dtype=float) / density


def osteoblast_rate(stimulus) -> np.ndarray:
    """Density gained above the lazy zone, B max(S - (1 + s) k, 0); ndarray, shape (m,) [g/(cm3 d)]."""
    k, s, rate = _constants()
    return rate * np.maximum(stimulus - (1 + s) * k, 0)


def osteoclast_rate(stimulus) -> np.ndarray:
    """Density lost below the lazy zone, B max((1 - s) k - S, 0); ndarray, shape (m,) [g/(cm3 d)]."""
    k, s, rate = _constants()
    return rate * np.maximum((1 - s) * k - stimulus, 0)


def equivalent_energy(energy_density, host_density, reference_energy) -> np.ndarray:
    """Strain energy density on a scale on which the host, under the reference load, is at rest.

    U' = U k rho_host / U_ref

    The reference is that of the site (Huiskes 1987): what the same place carries in the intact vertebra under
    the load of the patient's former days. Then U' / rho_host = k there, and a vertebra that carries what it
    always carried keeps its density everywhere, which one k for all sites would not give: quiet corners
    would vanish. The speed of remodelling stays the same at all sites.

    Parameters
    ----------
    energy_density, reference_energy : ndarray, shape (m,) [MPa]
        Now, and of the intact vertebra. Sites below a twentieth of the reference's median count as having it.
    host_density : ndarray, shape (m,) [g/cm3]
        Apparent.

    Returns
    -------
    ndarray, shape (m,) [MPa]
    """
    reference_energy = np.asarray(reference_energy, dtype=float)
    floor = value("remodelling", "least_reference") * np.median(reference_energy)
    if not floor > 0:
        message = (
            "the reference energy density is 0 in most elements, expected that of the intact vertebra under a "
            "load. Solve the intact vertebra under the reference activity first."
        )
        raise ValueError(message)
    k, _, _ = _constants()
    return energy_density * k * host_density / np.maximum(reference_energy, floor)


def remodel(density, energy_density, host_density, days: float) -> Remodelled:
    """Carry the density of remodelled bone through some days under one load.

    d rho/dt = osteoblast_rate(U / rho) - osteoclast_rate(U / rho)
             = B (U / rho - (1 +- s) k) above or below the lazy zone, 0 within it          [1]_, [2]_

    The strain energy density U is that at the start and stays; then each element has the closed solution

    rho(t) = rho* (1 + W(y exp(y - (1 +- s)^2 k^2 B t / U))),   y = rho(0) / rho* - 1,   rho* = U / ((1 +- s) k),

    W the Lambert function: exact for any number of days, without overshoot, and never across the lazy zone.
    Density is held between the stored limits.

    Parameters
    ----------
    density : ndarray, shape (m,) [-]
        As a multiple of the host's.
    energy_density : ndarray, shape (m,) [MPa]
        Under the daily load; put through `equivalent_energy` to refer it to the site.
    host_density : ndarray, shape (m,) [g/cm3]
        Apparent.
    days : float [d]

    Returns
    -------
    Remodelled

    References
    ----------
    .. [1] Huiskes et al. 1987, J Biomech 20:1135
    .. [2] Weinans, Huiskes, Grootenboer 1992, J Biomech 25:1425
    """
    if not days >= 0:
        message = f"remodelling lasts {days:g} days, expected at least 0: days must increase."
        raise ValueError(message)
    density, host_density = np.asarray(density, dtype=float), np.asarray(host_density, dtype=float)
    k, s, rate = _constants()
    least, most = value("remodelling", "density.least"), value("remodelling", "density.most")
    now = density * host_density
    felt = stimulus(energy_density, now)
    grown = _relaxed(now, energy_density, (1 + s) * k, rate, days, felt > (1 + s) * k)
    shrunk = _relaxed(now, energy_density, (1 - s) * k, rate, days, felt < (1 - s) * k)
    formed = np.clip(grown / host_density - density, 0, np.maximum(most - density, 0))
    resorbed = np.clip(density - shrunk / host_density, 0, np.maximum(density - least, 0))
    return Remodelled(density + formed - resorbed, formed, resorbed)


def diluted_density(old_share, old_density, new_share, fresh_density: float) -> np.ndarray:
    """Density of remodelled bone when more of it has been laid down at a density of its own.

    rho = (l_old rho_old + (l_new - l_old) rho_fresh) / l_new; unchanged where the share has not grown.

    Parameters
    ----------
    old_share, new_share : ndarray, shape (m,) [-]
        Share of remodelled bone.
    old_density : ndarray, shape (m,) [-]
    fresh_density : float [-]

    Returns
    -------
    ndarray, shape (m,) [-]
    """
    added = np.maximum(np.asarray(new_share) - old_share, 0)
    total = old_share + added
    mixed = (old_share * old_density + added * fresh_density) / np.where(total > 0, total, 1.0)
    return np.where(added > 0, mixed, old_density)


def _constants() -> tuple[float, float, float]:
    """k, s and B."""
    return (
        value("remodelling", "reference_stimulus"),
        value("remodelling", "lazy_zone"),
        value("remodelling", "rate"),
    )


def _relaxed(density, energy_density, border, rate, days, active) -> np.ndarray:
    """Solution of d rho/dt = B (U / rho - border) after some days where active; else the given density."""
    found = np.array(density)
    rho, border = density[active], float(border)
    goal = np.maximum(np.asarray(energy_density)[active] / border, _NO_ENERGY * rho)
    y = rho / goal - 1
    elapsed = border * rate * days / goal
    growing = y < 0
    w = np.empty_like(y)
    w[growing] = lambertw(y[growing] * np.exp(y[growing] - elapsed[growing])).real
    falling = ~growing
    above = np.maximum(y[falling], _AT_GOAL)
    w[falling] = wrightomega(np.log(above) + above - elapsed[falling])
    found[active] = goal * (1 + w)
    return found
