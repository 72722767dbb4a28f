"""The table of the scenario file about the patient."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, create_model, model_validator

from vertebra.materials.healing.patient.factor_table import FactorTable, factor_table
from vertebra.materials.healing.patient.patient import MEASURED
from vertebra.materials.healing.patient.patient import Patient as KnownPatient

from .section import Section

_Window = Annotated[tuple[float, float], Field(strict=False)] | None
_ASKED_ELSEWHERE = (*MEASURED, "normal_bone")


class MeasuredPatient(Section):
    """Numbers and diagnoses of the patient, and what weighs on the vertebra."""

    table: ClassVar[FactorTable] = factor_table()

    age_years: float | None = Field(
        default=None, ge=18, le=110, description="Age at the fracture; default: unknown, without effect"
    )
    sex: Literal["female", "male"] | None = Field(
        default=None,
        description="Sex, for the record: the sources disagree on its effect, so no number changes",
    )
    body_mass_kg: float | None = Field(
        default=None,
        ge=25,
        le=250,
        description="Body mass, which scales the loads of activities; default: that of the source of the loads",
    )
    osteoporosis: bool = Field(default=False, description="Whether osteoporosis is diagnosed")
    osteoporosis_from_density: bool = Field(
        default=False, description="Whether to read osteoporosis from the density in [bone] instead"
    )
    t_score: float | None = Field(
        default=None, ge=-8, le=5, description="T-score of bone mineral density; -2.5 or less is osteoporosis"
    )
    brace_adherence: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Share of the prescribed time for which the brace is worn; default: unknown",
    )

    @model_validator(mode="after")
    def _one_diagnosis(self) -> Self:
        names = ("osteoporosis", "t_score", "osteoporosis_from_density")
        found = [name for name in names if getattr(self, name) not in (None, False)]
        if "osteoporosis_from_density" in found and len(found) > 1:
            message = (
                f"found {' and '.join(found)}, expected either the density or a diagnosis to decide: they can "
                "disagree. Remove the one you trust less."
            )
            raise ValueError(message)
        known = self.known()
        if known.is_osteoporotic and not self.osteoporosis and "osteoporosis" in self.model_fields_set:
            message = (
                f"found osteoporosis = false with t_score {self.t_score:g}, which is osteoporosis, expected both "
                "to agree. Keep the one that holds."
            )
            raise ValueError(message)
        return self

    def known(self, density_qct_g_cm3: float | None = None) -> KnownPatient:
        """What the healing laws need to know of the patient.

        Parameters
        ----------
        density_qct_g_cm3 : float, optional [g/cm3]
            Of the trabecular bone; kept only when osteoporosis is to be read from it.
        """
        return KnownPatient(
            self.table,
            **self.model_dump(exclude={"body_mass_kg", "osteoporosis_from_density"}),
            density_qct_g_cm3=density_qct_g_cm3 if self.osteoporosis_from_density else None,
        )


def with_factors(table: FactorTable) -> type[MeasuredPatient]:
    """Section with a key for every factor of a table: a flag, or the first and the last day of what is taken.

    Parameters
    ----------
    table : FactorTable

    Returns
    -------
    type of MeasuredPatient
    """
    keys: dict[str, Any] = {}
    for fact, meaning in table.facts().items():
        if fact in _ASKED_ELSEWHERE:
            continue
        if fact.endswith("_days"):
            keys[fact] = (_Window, Field(default=None, description=meaning or None))
        else:
            keys[fact] = (bool, Field(default=False, description=meaning or None))
    section = create_model("Patient", __base__=MeasuredPatient, **keys)
    section.table = table
    return section


class Patient(with_factors(factor_table())):
    """Who heals. Only what is written here acts; `vertebra check` prints what each entry does."""
