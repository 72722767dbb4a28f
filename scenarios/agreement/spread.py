"""Spread between patients under healing laws that know it."""

from ..anatomy_section import Fracture
from ..answer.uncertainty_section import Uncertainty
from ..healing_section import Healing


def check_union(uncertainty: Uncertainty, healing: Healing) -> None:
    """Refuse a fracture that never unites under a law from which union follows.

    Raises
    ------
    ValueError
    """
    if not uncertainty.unites and healing.law != "kinetic":
        message = (
            f"found uncertainty.unites = false with healing.law = {healing.law!r}, expected the law kinetic: "
            "under the others union follows from strain or from the given curve. Change the law or remove the key."
        )
        raise ValueError(message)


def check_total_band(uncertainty: Uncertainty, healing: Healing, fracture: Fracture | None) -> None:
    """Refuse a total band without a fracture that heals by the law kinetic in the median patient.

    Raises
    ------
    ValueError
    """
    if uncertainty.total == "off":
        return
    if fracture is None:
        found = "no fracture"
    elif healing.law != "kinetic":
        found = f"healing.law = {healing.law!r}"
    elif not uncertainty.is_median:
        found = "a single patient"
    else:
        return
    message = (
        f'found uncertainty.total = "on" with {found}, expected a fracture that heals by the law kinetic in '
        'the median patient. Change that, or set uncertainty.total = "off".'
    )
    raise ValueError(message)
