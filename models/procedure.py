"""From what a scenario says of cement to how it is injected."""

from vertebra.materials.table import value
from vertebra.meshes.procedures.needle import Needle
from vertebra.meshes.procedures.placement import Injection
from vertebra.meshes.procedures.spongy.plume import Resistance
from vertebra.scenarios.procedures.cement_section import Cement


def injection_of(cement: Cement) -> Injection:
    """Injection that a scenario describes.

    Parameters
    ----------
    cement : Cement
    """
    plume = cement.filling == "spongy"
    return Injection(
        approach=cement.approach,
        contacts=cement.contacts,
        clearance_mm=cement.clearance_mm,
        needle=Needle(cement.side or "right", cement.target_across, cement.depth, cement.target_height),
        spread=cement.spread,
        body_share=cement.body_share,
        fill="spongy" if plume else "blocky",
        resistance=_resistance() if plume else None,
        seed=cement.seed or 0,
    )


def aging(cement: Cement) -> list[str]:
    """What becomes of a cement with time, in words; nothing where it sets at once and stays.

    Parameters
    ----------
    cement : Cement
    """
    pure, told = cement.pure, []
    if cement.bears_from > cement.day:
        told.append(
            f"the cement sets in {pure.setting_hours:g} h and carries load from day {cement.bears_from} on"
        )
    if pure.resorbed_per_year > 0:
        told.append(
            f"bone replaces {100 * pure.resorbed_per_year:g} % of the cement a year; in bands of patients the cement "
            "ages with the healing of each"
        )
    return told


def _resistance() -> Resistance:
    """What bone opposes to cement, by published and assumed constants."""
    return Resistance(
        density_exponent=value("cement", "spongy.density_exponent"),
        crush_speed=value("cement", "spongy.crush_speed"),
        roughness=value("cement", "spongy.roughness"),
        grain_mm=value("cement", "spongy.grain"),
        across=(value("cement", "spongy.across_one"), value("cement", "spongy.across_two")),
    )
