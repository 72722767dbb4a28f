"""Which rows of the tables a run has used: what manifest and check print."""

from .bone import strength_law_for
from .cement import COMPOSITES
from .factors import PatientEffect
from .table import Row, row, rows


def sources(
    law: str = "kopperdahl2002",
    strength_law: str | None = None,
    *,
    fracture: bool = True,
    healing: str | None = "kinetic",
    cements: tuple[tuple[str, str], ...] = (),
    patient: PatientEffect | None = None,
    ends: str | None = None,
) -> tuple[Row, ...]:
    """Rows of all constants behind one run, each once, with value, unit, source and certainty.

    Parameters
    ----------
    law, strength_law : str
        Laws of intact bone, as in `mixture.HostBone`.
    fracture : bool
        Whether damage, tissue and mixing take part.
    healing : str, optional
        Name of the healing law; only `kinetic` has constants of its own.
    cements : tuple of (product, composite law)
    patient : PatientEffect, optional
    ends : str, optional
        Row of `ends.toml`.

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
    used += [row("density", "ash_per_apparent"), row("density", "qct_per_ash")]
    if fracture:
        used += [*rows("damage"), *rows("mixture"), *rows("tissue")]
    if fracture and healing == "kinetic":
        used += rows("kinetic")
    for product, composite in cements:
        used.append(row("cement", f"product.{product}"))
        if composite == "interdigitated":
            used += [row("cement", "product.pmma"), *rows("cement", "interdigitated")]
        elif composite in COMPOSITES[2:]:
            used.append(row("cement", "fill"))
    if patient is not None:
        used += [effect.row for effect in patient.effects]
        used += rows("factors", "cap") if patient.effects else ()
    if ends is not None:
        used.append(row("ends", ends))
    used += rows("failure")
    return tuple({(each.table, each.name): each for each in used}.values())
