"""The table of the scenario file about what is written beside the tables of a result."""

from itertools import pairwise
from typing import Annotated

from pydantic import Field, field_validator

from ..section import Days, OneOf, Section

FIELDS = (
    "displacement",
    "stress",
    "strain",
    "von_mises",
    "utilisation",
    "weakest_surface",
    "young",
    "poisson",
    "density",
    "tissue",
    "perfusion",
    "region",
)
"""Fields that can be written."""


class Output(Section):
    """What is written beside the tables."""

    fields: Annotated[tuple[Annotated[str, OneOf(FIELDS)], ...], Field(strict=False)] = Field(
        default=FIELDS, description="Fields to write"
    )
    load_N: float = Field(
        default=1000.0, gt=0, le=20000, description="Axial force at which fields and pictures are shown"
    )
    days: Days | None = Field(default=None, description="Days in the field files; default: all of them")
    pictures: bool = Field(default=True, description="Whether to draw pictures of stress for the report")
    follow_up_weeks: Days | None = Field(
        default=None,
        description="Weeks of the follow-up table, increasing; default: 0, 2, 6, 12, 26, 52 within the course",
    )

    @field_validator("follow_up_weeks")
    @classmethod
    def _weeks_increase(cls, weeks: tuple[int, ...] | None) -> tuple[int, ...] | None:
        for before, after in pairwise((-1, *(weeks or ()))):
            if after <= before:
                found = ", ".join(map(str, weeks or ()))
                message = f"found {found}, expected weeks from 0 on that increase. Sort them."
                raise ValueError(message)
        return weeks
