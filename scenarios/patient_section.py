"""The table of the scenario file about the patient."""

from typing import Literal

from pydantic import Field

from .section import Section


class Patient(Section):
    """Who heals. Only what is written here acts; `vertebra check` prints what each entry does."""

    age_years: float | None = Field(default=None, ge=18, le=110)
    sex: Literal["female", "male"] | None = Field(
        default=None, description="recorded; no effect in this version"
    )
    body_mass_kg: float | None = Field(
        default=None, ge=25, le=250, description="scales the loads of activities"
    )
    smoker: bool = False
    heavy_alcohol: bool = False
    vitamin_d_deficiency: bool = False
    osteoporosis: bool = False
    diabetes: bool = False
    glucocorticoids: bool = False
