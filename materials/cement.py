"""Cement and the composite that it makes with the bone it fills."""

from dataclasses import dataclass

import numpy as np

from .table import row, rows, value

COMPOSITES = (
    "interdigitated",
    "void_filled",
    "voigt",
    "hashin_shtrikman_upper",
    "hashin_shtrikman_lower",
    "reuss",
)
"""Composite laws from the default over pure cement to the bounds, stiffest bound first."""


RIM_MM = value("cement", "rim.width")
"""Thickness of the bone next to cement whose join with it may be weak [mm]."""


@dataclass(frozen=True, eq=False)
class Composite:
    """Properties of the augmented region, cement and enclosed bone together.

    Attributes
    ----------
    young, poisson, strength_compression, strength_tension : ndarray, shape (m,) or () [MPa, -]
    """

    young: np.ndarray
    poisson: np.ndarray
    strength_compression: np.ndarray
    strength_tension: np.ndarray


@dataclass(frozen=True)
class PureCement:
    """A cement without bone.

    Attributes
    ----------
    young, poisson, compression, tension : float [MPa, -]
        Of the set cement without voids.
    setting_hours : float [h]
        From the injection until it carries load.
    resorbed_per_year : float [-]
        Share of what is there that bone replaces within a year.
    """

    young: float
    poisson: float
    compression: float
    tension: float
    setting_hours: float = 0.0
    resorbed_per_year: float = 0.0

    @classmethod
    def of(cls, product: str) -> "PureCement":
        """One of `products()`."""
        return cls(**row("cement", f"product.{product}").parameters)


def products() -> tuple[str, ...]:
    """Names of the cements."""
    return tuple(product.name.removeprefix("product.") for product in rows("cement", "product"))


def usual_share(name: str) -> float:
    """Share of the body that is usually filled, by approach or for a prophylactic procedure [-]."""
    return value("cement", f"usual_share.{name}")


def target_depth(approach: str) -> float | None:
    """Usual depth of the tip of the needle from the back wall (0) to the front (1); None: the middle of the room."""
    return value("cement", "needle.basivertebral_depth") if approach == "basivertebral" else None


def interface_modulus(law: str) -> float:
    """Young's modulus of the bone next to cement over that of bone elsewhere: below 1 around cement in a void [-]."""
    return value("cement", "rim.modulus") if law == "void_filled" else 1.0


def composite(
    product: str | PureCement = "pmma",
    law: str = "interdigitated",
    *,
    host_young=None,
    fill: float | None = None,
) -> Composite:
    """Properties of the region that cement has reached.

    `interdigitated` (default): cement in bone, a constant share of the cement's own values that does not
    depend on the bone, which is mechanically switched off (Kinzl 2012); for PMMA 1300 MPa, 40 and 20 MPa.
    `void_filled`: cement in a cavity, its own values; for PMMA 2300 MPa, 85 and 35 MPa.
    `voigt`, `reuss`, `hashin_shtrikman_upper`, `hashin_shtrikman_lower`: bounds for cement as a volume share
    `fill` in host bone; their strength follows the modulus, so that the composite breaks at the cement's
    strain. Tests agree best with moduli well below the rule of mixtures (`voigt`).

    Parameters
    ----------
    product : str or PureCement
        One of `products()`, or a cement of its own.
    law : str
        One of `COMPOSITES`.
    host_young : ndarray, shape (m,), optional [MPa]
        Modulus of the bone before injection; needed by the bounds.
    fill : float, optional [-]
        Share of the region that is cement, for the bounds.

    Returns
    -------
    Composite
    """
    cement = PureCement.of(product) if isinstance(product, str) else product
    young, poisson, compression, tension = cement.young, cement.poisson, cement.compression, cement.tension
    if law == "void_filled":
        return _as_arrays(young, poisson, compression, tension)
    if law == "interdigitated":
        pmma = row("cement", "product.pmma").parameters
        return _as_arrays(
            young * value("cement", "interdigitated.modulus") / pmma["young"],
            poisson,
            compression * value("cement", "interdigitated.compression") / pmma["compression"],
            tension * value("cement", "interdigitated.tension") / pmma["tension"],
        )
    if law not in COMPOSITES:
        message = f"composite law {law!r} is not known: expected one of {', '.join(COMPOSITES)}. Choose one."
        raise ValueError(message)
    if host_young is None:
        message = (
            f"composite law {law!r} needs host_young, the modulus of the bone before injection. Pass it."
        )
        raise ValueError(message)
    mixed = mixed_young(host_young, young, value("cement", "fill") if fill is None else fill, law, poisson)
    return _as_arrays(mixed, poisson, compression * mixed / young, tension * mixed / young)


def mixed_young(host_young, cement_young, fill, law: str, poisson: float = 0.3) -> np.ndarray:
    """Young's modulus of cement as a volume share `fill` in bone, both of the same Poisson's ratio.

    Voigt     (1 - f) E_b + f E_c
    Reuss     1 / ((1 - f) / E_b + f / E_c)
    Hashin-Shtrikman: bulk and shear bounds with the stiffer (upper) or softer (lower) phase as matrix, for
    the bulk modulus  K_1 + f_2 / (1 / (K_2 - K_1) + f_1 / (K_1 + 4/3 G_1))  and for the shear modulus
    G_1 + f_2 / (1 / (G_2 - G_1) + 2 f_1 (K_1 + 2 G_1) / (5 G_1 (K_1 + 4/3 G_1)))            [1]_

    Parameters
    ----------
    host_young, cement_young : ndarray, shape (m,) or float [MPa]
    fill : ndarray, shape (m,) or float [-]
        From 0 to 1.
    law : str
        `voigt`, `reuss`, `hashin_shtrikman_upper` or `hashin_shtrikman_lower`.
    poisson : float [-]

    Returns
    -------
    ndarray, shape (m,) [MPa]

    References
    ----------
    .. [1] Hashin & Shtrikman, J Mech Phys Solids 1963, 11:127
    """
    host, cement, fill = np.broadcast_arrays(*np.atleast_1d(host_young, cement_young, fill))
    if not np.all((fill >= 0) & (fill <= 1)):
        message = f"fill spans {np.min(fill):g} to {np.max(fill):g}, expected volume shares from 0 to 1."
        raise ValueError(message)
    if law == "voigt":
        return (1 - fill) * host + fill * cement
    if law == "reuss":
        return 1 / ((1 - fill) / host + fill / cement)
    if law not in ("hashin_shtrikman_upper", "hashin_shtrikman_lower"):
        message = f"{law!r} is not a bound: expected one of {', '.join(COMPOSITES[2:])}. Choose one."
        raise ValueError(message)
    cement_is_matrix = (cement >= host) == (law == "hashin_shtrikman_upper")
    matrix, inclusion = np.where(cement_is_matrix, cement, host), np.where(cement_is_matrix, host, cement)
    share = np.where(cement_is_matrix, 1 - fill, fill)
    return _hashin_shtrikman(matrix, inclusion, share, poisson)


def _hashin_shtrikman(matrix, inclusion, share, poisson):
    """Bound with the given matrix; written without the reciprocal of a difference, which may be zero."""
    bulk, shear = matrix / (3 * (1 - 2 * poisson)), matrix / (2 * (1 + poisson))  # of the matrix
    stiffer = inclusion / matrix - 1
    confined = bulk + 4 / 3 * shear
    mixed_bulk = bulk + share * stiffer * bulk / (1 + (1 - share) * stiffer * bulk / confined)
    around = 2 * (bulk + 2 * shear) / (5 * shear * confined)
    mixed_shear = shear + share * stiffer * shear / (1 + (1 - share) * stiffer * shear * around)
    return 9 * mixed_bulk * mixed_shear / (3 * mixed_bulk + mixed_shear)


def _as_arrays(young, poisson, compression, tension):
    young, poisson, compression, tension = (
        np.asarray(number, dtype=float) for number in (young, poisson, compression, tension)
    )
    return Composite(young, poisson, compression, tension)
