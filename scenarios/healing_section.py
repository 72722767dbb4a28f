"""Tables of the scenario file about healing and treatment: law, days, arms and their cement."""

from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from vertebra.materials.cement import COMPOSITES, products
from vertebra.materials.healing.laws.curve import CurveLaw

from .section import Days, Section, Shares, one_of


class HealingCurve(Section):
    """One's own data as points in time: tissue shares of the fracture zone, or its modulus; linear between them."""

    days: Days
    young_MPa: Shares = Field(default=(), description="mean Young's modulus of the zone, in place of shares")
    haematoma: Shares = ()
    granulation: Shares = ()
    fibrous: Shares = ()
    cartilage: Shares = ()
    woven_immature: Shares = ()
    woven: Shares = ()
    remodelled: Shares = ()

    @model_validator(mode="after")
    def _points_make_a_curve(self) -> Self:
        if not self.young_MPa:
            CurveLaw.from_points(self.days, self.shares)
        elif len(self.young_MPa) != len(self.days) or min(self.young_MPa) <= 0:
            message = (
                f"found young_MPa {list(self.young_MPa)}, expected {len(self.days)} moduli above 0, one for each of "
                "days. Correct the list."
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

    law: Literal["kinetic", "curve", "mechanoregulation"] = "kinetic"
    endochondral_share: float = Field(
        default=0.5, ge=0, le=1, description="share of bone formed through cartilage; the rest forms directly"
    )
    rule: Literal["claes_heigele", "prendergast", "fuzzy"] | None = Field(
        default=None,
        description='what strain lets tissue become, with law = "mechanoregulation"; default prendergast',
    )
    curve: HealingCurve | None = Field(default=None, description='the points of law = "curve"')
    days: Days = (0, 3, 7, 14, 21, 28, 42, 56, 84, 126, 182, 365)

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
        if days[-1] > 3650:
            message = f"found last day {days[-1]}, expected at most 3650 (ten years). Remove later days."
            raise ValueError(message)
        return days


class Cement(Section):
    """Cement injected on one day: how much, from where, what, and how near the endplates."""

    day: int = Field(ge=0, le=3650)
    volume_ml: float = Field(gt=0, le=50)
    approach: Literal["unipedicular", "bipedicular"] = "bipedicular"
    product: str = "pmma"
    composite: str = Field(default="interdigitated", description="law for cement in bone")
    clearance_mm: float = Field(default=2.5, ge=0, le=10, description="least bone left to either endplate")

    @field_validator("product")
    @classmethod
    def _known_product(cls, product: str) -> str:
        return one_of(products(), product)

    @field_validator("composite")
    @classmethod
    def _known_composite(cls, composite: str) -> str:
        return one_of(COMPOSITES, composite)


class Arm(Section):
    """One treatment; without cement it is conservative care."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)
    cement: Cement | None = None
