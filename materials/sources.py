"""Which rows of the tables a run has used: what manifest and check print."""

from collections.abc import Iterable

from vertebra.constants.table import Row

from .bone import strength_law_for
from .cement import COMPOSITES
from .healing.patient.factors import PatientEffect, rows_behind_effect
from .healing.patient.non_union import NonUnion, rows_behind
from .table import row, rows


def bone_constants(
    law: str, strength_law: str | None = None, anisotropy: str = "none", distribution: str = "uniform"
) -> list[Row]:
    """Constants of intact bone: its laws, its direction, where it is dense.

    Parameters
    ----------
    law, strength_law : str
        As in `mixture.HostBone`.
    anisotropy : str
        Of `bone.anisotropies()`.
    distribution : str
        Of `distribution.DISTRIBUTIONS`.
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
    if distribution == "regional":
        used += rows("density", "regional")
    return [*used, row("density", "ash_per_apparent"), row("density", "qct_per_ash")]


def healing_constants(law: str, rule: str | None = None) -> list[Row]:
    """Constants of a fracture that heals: damage, tissue and mixing, and those of the law.

    Parameters
    ----------
    law : str
        `kinetic`, `mechanoregulation` or `curve`, which has no constants of its own.
    rule : str, optional
        `claes_heigele`, `prendergast` or `fuzzy`: what strain lets tissue become, under `mechanoregulation`.
    """
    used = [*rows("damage"), *rows("mixture"), *rows("tissue")]
    if law in ("kinetic", "mechanoregulation"):
        used += [*rows("kinetic"), *rows("cascade"), *rows("perfusion"), *rows("inflammation")]
    if law == "mechanoregulation":
        used += _rows_of_strain(rule)
    return used


def collapse_constants() -> list[Row]:
    """Constants of a body that goes on losing height; the ratio of unbroken bone belongs to the bench alone."""
    return [each for each in rows("creep") if each.name != "unbroken"]


def cleft_constants() -> list[Row]:
    """Constants of a cleft that opens and closes."""
    return list(rows("cleft"))


def kyphoplasty_constants() -> list[Row]:
    """Constants of a kyphoplasty whose share of restored height is not stated."""
    return list(rows("kyphoplasty"))


def cement_constants(product: str, composite: str, others: tuple[str, ...] = ()) -> list[Row]:
    """Constants of a cement and of the law that mixes it with bone, and others by what their names begin with."""
    used = [
        row("cement", f"product.{product}"),
        *(each for name in others for each in rows("cement", name)),
    ]
    if composite == "interdigitated":
        used += [row("cement", "product.pmma"), *rows("cement", "interdigitated")]
    elif composite == "void_filled":
        used += rows("cement", "rim")
    elif composite in COMPOSITES[2:]:
        used.append(row("cement", "fill"))
    return used


def patient_constants(patient: PatientEffect, non_union: NonUnion | None = None) -> list[Row]:
    """Constants of the factors of a patient, and of the chance of non-union reported beside the curves."""
    rested = rows("disuse") if patient.rest else ()
    return [*rows_behind_effect(patient), *rested, *(() if non_union is None else rows_behind(non_union))]


def end_constants(ends: str) -> list[Row]:
    """Constants of what stands between bone and platens; none for bare platens."""
    if ends == "platens":
        return []
    return [row("ends", ends), *([row("ends", "disc_layer.height")] if ends == "discs" else [])]


def disc_constants() -> list[Row]:
    """Constants of a disc between two bodies, and of the caps in which their far ends are potted."""
    return [*rows("disc"), row("ends", "pmma_caps")]


def capacity_constants(rule: str) -> list[Row]:
    """Constants that turn a solution into a capacity by a rule, and those of the criteria beside it."""
    unused = "mobilised." if rule == "surface" else "limit_load."
    return [each for each in rows("failure") if not each.name.startswith(unused)]


def distinct(used: Iterable[Row]) -> tuple[Row, ...]:
    """The same rows, each once, in the order of their first use."""
    return tuple({(each.table, each.name): each for each in used}.values())


def _rows_of_strain(rule):
    """Constants of the mechano-regulated law with one rule, and of the union that it shows."""
    of_rule = rows("fuzzy") if rule == "fuzzy" else rows("mechanoregulation", rule or "prendergast")
    shared = [row("mechanoregulation", "transition")] if rule != "fuzzy" else []
    steps = [*rows("mechanoregulation", "duration"), *rows("mechanoregulation", "step")]
    return [*shared, *of_rule, *steps, *rows("union")]
