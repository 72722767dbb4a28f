"""Constants behind a scenario, with their sources."""

from vertebra.constants.table import Row
from vertebra.courses.daily_load import body_mass, load_of, loaded_level
from vertebra.loads.activity import activity_row, brace_row, level_row, reference_mass_row
from vertebra.materials.sources import (
    bone_constants,
    capacity_constants,
    cement_constants,
    cleft_constants,
    collapse_constants,
    disc_constants,
    distinct,
    end_constants,
    healing_constants,
    kyphoplasty_constants,
    patient_constants,
)
from vertebra.models.patient import effect_of_patient, non_union_chance
from vertebra.scenarios.schema import Scenario
from vertebra.scenarios.units import text_of, unit_of

_LEVEL_SIZES = {
    "quantity": "levels: sizes of the body",
    "value": "mm, see the scenario",
    "source": "widths, depths, posterior height: Panjabi 1991, Spine 16:888, and 1992, Spine 17:299, from secondary "
    "tables; anterior height: Gilad and Nissan 1986; dishes: Wang, Battie, Videman 2012, doi "
    "10.1007/s00586-012-2415-8; shell: between Eswaran 2007 and Ritzel 1997; waist, rim and posterior concavity "
    "are a judgement (levels.toml)",
    "certainty": "A / C",
}


def source_rows(scenario: Scenario) -> list[dict[str, str]]:
    """Constants behind a scenario, for the manifest and for people.

    Returns
    -------
    list of dict
        Keys `quantity`, `value`, `source`, `certainty`.
    """
    anatomy = [_LEVEL_SIZES] if scenario.mesh.anatomy.level_sizes else []
    return [*anatomy, *(_source_row(row) for row in rows_behind_run(scenario)), *_load_rows(scenario)]


def rows_behind_run(scenario: Scenario) -> tuple[Row, ...]:
    """Constants of materials and healing behind a scenario, each once."""
    bone, healing = scenario.bone, scenario.healing
    given = [arm.cement for arm in scenario.arms if arm.cement is not None]
    cements = {(cement.product, cement.law, cement.rows_behind) for cement in given}
    usual_height = any(
        cement.procedure == "kyphoplasty" and cement.height_restored is None for cement in given
    )
    fracture = scenario.fracture
    broken = fracture is not None
    return distinct(
        [
            *bone_constants(bone.law, bone.strength_law, bone.anisotropy, scenario.distribution),
            *(healing_constants(healing.law, healing.rule) if broken else ()),
            *(collapse_constants() if scenario.collapses else ()),
            *(cleft_constants() if fracture is not None and fracture.cleft_mm is not None else ()),
            *(kyphoplasty_constants() if usual_height else ()),
            *(each for cement in sorted(cements) for each in cement_constants(*cement)),
            *(
                each
                for variant in map(scenario.under, scenario.treatments)
                for each in patient_constants(
                    effect_of_patient(variant), non_union_chance(variant) if broken else None
                )
            ),
            *end_constants(scenario.loading.ends),
            *(disc_constants() if scenario.neighbours.places else ()),
            *capacity_constants(scenario.capacity.rule),
        ]
    )


def _load_rows(scenario: Scenario) -> list[dict[str, str]]:
    """Loads of the scenario's activities, at the level of their source and here, and the laws between the two."""
    loading = scenario.loading
    upright = tuple(phase.upright_activity for phase in loading.phases) if scenario.collapses else ()
    listed = (*loading.activities, *(phase.activity for phase in loading.phases), *upright, "standing")
    names = tuple(dict.fromkeys(listed))  # standing: what strain in the zone is compared at
    here = f"at {loaded_level(scenario)} and {body_mass(scenario):g} kg"
    out = []
    for name in names:
        found = activity_row(name)
        known = found.parameters
        told = f"{known['load_N']:g} N at {known['level']}, {load_of(scenario, name):.0f} N {here}"
        out.append(_source_row(found) | {"value": f"{told}; {known['posture']}"})
    postures = dict.fromkeys(activity_row(name).parameters["posture"] for name in names)
    laws = [law for law in map(level_row, postures) if law is not None]
    braced = [brace_row()] if any(phase.brace for phase in loading.phases) else []
    return out + [_source_row(row) for row in (reference_mass_row(), *laws, *braced)]


def _source_row(row: Row) -> dict[str, str]:
    numbers = {} if row.value is None else {"": row.value}
    numbers |= {f"{name} ": value for name, value in row.parameters.items()}
    value = ", ".join(f"{name}{_listed(number)}" for name, number in numbers.items())
    unit = "" if row.unit == "-" or any(unit_of(name) for name in row.parameters) else row.unit
    approximate = "approximate; " if row.is_approximate else ""
    return {
        "quantity": f"{row.table}.{row.name}",
        "value": f"{value} {unit}".strip(),
        "source": f"{approximate}{row.source}",
        "certainty": row.certainty,
    }


def _listed(number) -> str:
    return " / ".join(map(text_of, number)) if isinstance(number, list) else text_of(number)
