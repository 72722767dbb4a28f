"""Which rows of the tables a run has used: what manifest and check print."""

from vertebra.constants.table import Row

from .bone import strength_law_for
from .cement import COMPOSITES
from .healing.patient.factors import PatientEffect, rows_behind_effect
from .healing.patient.non_union import NonUnion, rows_behind
from .table import row, rows


def sources(
    law: str = "kopperdahl2002",
    strength_law: str | None = None,
    *,
    fracture: bool = True,
    healing: str | None = "kinetic",
    rule: str | None = None,
    cements: tuple[tuple[str, str], ...] = (),
    patient: PatientEffect | None = None,
    non_union: NonUnion | None = None,
    ends: str | None = None,
    anisotropy: str = "none",
    capacity_rule: str = "surface",
) -> tuple[Row, ...]:
    """Rows of all constants behind one run, each once, with value, unit, source and certainty.

    Parameters
    ----------
    law, strength_law : str
        Laws of intact bone, as in `mixture.HostBone`.
    fracture : bool
        Whether damage, tissue and mixing take part.
    healing : str, optional
        `kinetic`, `mechanoregulation` or `curve`, which has no constants of its own.
    rule : str, optional
        `claes_heigele`, `prendergast` or `fuzzy`: what strain lets tissue become, under `mechanoregulation`.
    cements : tuple of (product, composite law)
    patient : PatientEffect, optional
    non_union : NonUnion, optional
        Chance that is reported beside the curves.
    ends : str, optional
        Row of `ends.toml`.
    anisotropy : str
        Of `bone.anisotropies()`.
    capacity_rule : str
        `surface` or `section`: whose constants turn the solution into a capacity.

    Returns
    -------
    tuple of Row
    """
    strength_law = strength_law_for(law) if strength_law is None else strength_law
    strength_row = row("bone", f"strength.{strength_law}")
    used = [row("bone", f"modulus.{law}"), strength_row]
    if "tension_coefficient" not in strength_row.parameters:
        used.append(row("bone", "tension_per_compression"))
    used += [
        row("bone", "poisson"),
        *rows("bone", "shell"),
        *rows("bone", "endplate"),
        *rows("bone", "cortex"),
    ]
    if anisotropy != "none":
        used.append(row("bone", f"anisotropy.{anisotropy}"))
    used += [row("density", "ash_per_apparent"), row("density", "qct_per_ash")]
    if fracture:
        used += [*rows("damage"), *rows("mixture"), *rows("tissue")]
    if fracture and healing in ("kinetic", "mechanoregulation"):
        used += [*rows("kinetic"), *rows("cascade"), *rows("perfusion")]
        used += rows("inflammation")
    if fracture and healing == "mechanoregulation":
        used += _rows_of_strain(rule)
    for product, composite in cements:
        used.append(row("cement", f"product.{product}"))
        if composite == "interdigitated":
            used += [row("cement", "product.pmma"), *rows("cement", "interdigitated")]
        elif composite in COMPOSITES[2:]:
            used.append(row("cement", "fill"))
    if patient is not None:
        used += rows_behind_effect(patient)
    if non_union is not None:
        used += rows_behind(non_union)
    if ends is not None:
        used.append(row("ends", ends))
        used += [row("ends", "disc_layer.height")] if ends == "discs" else []
    unused = "mobilised." if capacity_rule == "surface" else "surface."
    used += [each for each in rows("failure") if not each.name.startswith(unused)]
    return tuple({(each.table, each.name): each for each in used}.values())


def _rows_of_strain(rule):
    """Constants of the mechano-regulated law with one rule, and of the union that it shows."""
    of_rule = rows("fuzzy") if rule == "fuzzy" else rows("mechanoregulation", rule or "prendergast")
    shared = [row("mechanoregulation", "transition")] if rule != "fuzzy" else []
    steps = [*rows("mechanoregulation", "duration"), *rows("mechanoregulation", "step")]
    return [*shared, *of_rule, *steps, *rows("union")]
