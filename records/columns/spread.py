"""Spread between patients and of all that is uncertain: bands of `capacity.csv`, shares in `influence.csv`."""

from ..column import Column, TableLayout
from .shared import ARM, DAY, ON_PAGE, PERCENT, TENTHS, WHOLE


def total_name(column: str, end: str) -> str:
    """Name of an end of the total band of a column: `capacity_N` and `p10` give `capacity_total_p10_N`."""
    quantity, _, unit = column.partition("_")
    return f"{quantity}_total_{end}_{unit}"


BANDS = tuple(
    Column(
        stem.format(end),
        unit,
        f"{share} of the patients who unite lie below this {what}, by their pace of healing and of vessels; empty "
        "where no band is drawn.",
        form=form,
    )
    for stem, unit, what, form in (
        ("capacity_{}_N", "N", "capacity", WHOLE),
        ("service_{}_N", "N", "service load", WHOLE),
        ("stiffness_{}_N_per_mm", "N/mm", "stiffness", WHOLE),
        ("height_{}_mm", "mm", "height", TENTHS),
    )
    for end, share in (("p10", "A tenth"), ("p90", "Nine tenths"))
)
TOTAL_BANDS = tuple(
    Column(
        total_name(of, end),
        unit,
        f"{share} of the samples of everything that is uncertain lie below this {what}: constants within their ranges, "
        "density and its laws, patients who unite; empty without `uncertainty.total`.",
        form=form,
    )
    for of, unit, what, form in (
        ("capacity_N", "N", "capacity", WHOLE),
        ("service_N", "N", "service load", WHOLE),
        ("stiffness_N_per_mm", "N/mm", "stiffness", WHOLE),
        ("height_mm", "mm", "height", TENTHS),
    )
    for end, share in (("p10", "A tenth"), ("p90", "Nine tenths"))
)
NEVER_UNITED_SHARE = Column(
    "never_united_share",
    "-",
    "Chance that the fracture never unites, by published odds; its course stands in `never_united.csv`, the band is of "
    "the others.",
    "never united",
    PERCENT,
)
INFLUENCE = TableLayout(
    "influence.csv",
    "One row per arm, key day, quantity and input that matters, the largest first: what makes the total band. Empty "
    "without `uncertainty.total`.",
    (
        ARM,
        DAY,
        Column("quantity", "", "Column of `capacity.csv` that the row is about.", shown=ON_PAGE),
        Column(
            "input",
            "",
            "What is uncertain: a constant by table and name, `density`, or the patient's `pace` and `vessels`.",
            shown=ON_PAGE,
        ),
        Column("input_unit", "", "Unit of `low`, `middle` and `high`.", shown=ON_PAGE),
        Column("low", "-", "Lower end of a range; of a factor, 10 % lie below.", "from", ".3g", ON_PAGE),
        Column("middle", "-", "Most likely value; of a factor, the median.", "likely", ".3g", ON_PAGE),
        Column("high", "-", "Upper end of a range; of a factor, 10 % lie above.", "to", ".3g", ON_PAGE),
        Column(
            "first_order",
            "-",
            "Share of the variance that the input makes alone (first-order index of Sobol').",
            "alone",
            PERCENT,
            ON_PAGE,
        ),
        Column(
            "total_order",
            "-",
            "Share of the variance in which the input takes part (total index of Sobol').",
            "in all",
            PERCENT,
            ON_PAGE,
        ),
        Column(
            "surrogate_error",
            "-",
            "Share of the variance that the polynomial behind the indices misses at samples that are left out.",
            form=PERCENT,
        ),
    ),
)
