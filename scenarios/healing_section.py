"""Tables of the scenario file about healing and treatment: law, days, arms and their drugs."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from vertebra.materials.healing.laws.curve import CurveLaw
from vertebra.materials.healing.patient.treatment import drugs

from .procedures.cement_section import Cement
from .section import Days, OneOf, Section, Shares

Moduli = Annotated[tuple[Annotated[float, Field(gt=0, le=30000)], ...], Field(strict=False)]


class HealingCurve(Section):
    """Healing measured elsewhere: tissue shares of the fracture zone, or its modulus, at points in time.

    Linear between the points; the tissue shares of a day add up to 1.
    """

    days: Days = Field(description="Days of the points, increasing from 0 on")
    young_MPa: Moduli = Field(
        default=(),
        description="Mean Young's modulus of the zone, one for each of days, in place of tissue shares",
    )
    haematoma: Shares = Field(default=(), description="Share of haematoma, one for each of days")
    granulation: Shares = Field(default=(), description="Share of granulation tissue, one for each of days")
    fibrous: Shares = Field(default=(), description="Share of fibrous tissue, one for each of days")
    cartilage: Shares = Field(default=(), description="Share of cartilage, one for each of days")
    woven_immature: Shares = Field(
        default=(), description="Share of woven bone with the mineral it forms with, one for each of days"
    )
    woven: Shares = Field(
        default=(), description="Share of fully mineralised woven bone, one for each of days"
    )
    remodelled: Shares = Field(default=(), description="Share of remodelled bone, one for each of days")

    @model_validator(mode="after")
    def _points_make_a_curve(self) -> Self:
        if not self.young_MPa:
            CurveLaw.from_points(self.days, self.shares)
        elif len(self.young_MPa) != len(self.days):
            message = (
                f"found {len(self.young_MPa)} values of young_MPa, expected {len(self.days)}, one for each of days. "
                "Correct the list."
            )
            raise ValueError(message)
        elif self.shares:
            message = (
                f"found young_MPa and {', '.join(self.shares)}, expected either a modulus or tissue shares. "
                "Keep the one that was measured."
            )
            raise ValueError(message)
        return self

    @property
    def shares(self) -> dict[str, tuple[float, ...]]:
        """Points of the tissues that are given."""
        return {
            name: points for name, points in self.model_dump(exclude={"days", "young_MPa"}).items() if points
        }


class Healing(Section):
    """The healing law and the days on which the vertebra is computed."""

    law: Literal["kinetic", "curve", "mechanoregulation"] = Field(
        default="kinetic",
        description="How tissue changes with time; kinetic: by published times; curve: by the points of "
        "healing.curve; mechanoregulation: by the strain of the patient's days",
    )
    endochondral_share: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Share of bone that forms through cartilage; the rest forms directly",
    )
    rule: Literal["claes_heigele", "prendergast", "fuzzy"] | None = Field(
        default=None,
        description="Which tissue forms under which strain; only with law mechanoregulation; default: prendergast",
    )
    curve: HealingCurve | None = Field(default=None, description="The points of law curve; only with it")
    days: Days = Field(
        default=(0, 3, 7, 14, 21, 28, 42, 56, 84, 126, 182, 365),
        description="Days after the fracture on which the vertebra is computed, increasing from 0",
    )

    @model_validator(mode="after")
    def _curve_goes_with_its_law(self) -> Self:
        if (self.law == "curve") != (self.curve is not None):
            found = "without" if self.curve is None else "with"
            message = (
                f"found law {self.law!r} {found} healing.curve, expected both or neither. "
                'Give the points as healing.curve = { days = [...], woven = [...], ... } with law = "curve".'
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _rule_goes_with_its_law(self) -> Self:
        if self.rule is not None and self.law != "mechanoregulation":
            message = (
                f"found healing.rule with law {self.law!r}, which does not look at strain, expected it with "
                'law = "mechanoregulation". Change the law or remove the rule.'
            )
            raise ValueError(message)
        return self

    @field_validator("days")
    @classmethod
    def _days_ascend_from_zero(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if not days or days[0] != 0:
            found = f"first day {days[0]}" if days else "no day"
            message = f"found {found}, expected 0, the fresh fracture, first. Put 0 in front."
            raise ValueError(message)
        for before, after in pairwise(days):
            if after <= before:
                message = f"found day {after} after day {before}, expected days that increase. Sort them, each once."
                raise ValueError(message)
        return days


class Treatment(Section):
    """Drug against osteoporosis: acts on the pace of union and on the density of the host bone, not on height."""

    drug: Annotated[str, OneOf(drugs())] = Field(
        default="none", description="Drug that is taken to the end of the course"
    )
    from_day: int = Field(default=0, ge=0, le=3650, description="First day, counted from the fracture")
    adherence: float = Field(
        default=1.0, ge=0, le=1, description="Share of the doses that is taken; effects count to this power"
    )

    @model_validator(mode="after")
    def _something_is_taken(self) -> Self:
        given = sorted(self.model_fields_set - {"drug"})
        if self.drug == "none" and given:
            message = (
                f"found {' and '.join(given)} and no drug, expected one of {', '.join(drugs()[1:])} as drug: without "
                "it they change no number. Name the drug or leave them out."
            )
            raise ValueError(message)
        return self


class Arm(Section):
    """One treatment; without cement it is conservative care."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
        max_length=40,
        description="Name of the treatment, in tables and file names",
    )
    cement: Cement | None = Field(default=None, description="Cement of this arm; default: none is injected")
    treatment: Treatment | None = Field(
        default=None, description="Drug of this arm in place of that of [treatment]; default: the same"
    )
