"""Tables of the scenario file about loads and what the vertebra can bear."""

from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from vertebra.loads.activity import activities
from vertebra.materials.table import value as constant

from .section import Days, Names, Section, one_of


class Phase(Section):
    """A stage of rehabilitation: from a day on, the heaviest thing the patient regularly does."""

    from_day: int = Field(ge=0, le=3650)
    activity: str = "standing"
    brace: bool = Field(default=False, description="worn while loaded")

    @field_validator("activity")
    @classmethod
    def _known_activity(cls, name: str) -> str:
        return one_of(activities(), name)


class Loading(Section):
    """How the vertebra is held and loaded, and what it is asked to bear."""

    ends: Literal["platens", "pmma_caps", "discs"] = Field(
        default="pmma_caps", description="discs: soft layers, for 10-node tetrahedra only"
    )
    cap_mm: float = Field(default=10.0, ge=2, le=40, description="least thickness of a PMMA cap")
    disc_mm: float = Field(
        default_factory=lambda: constant("ends", "disc_layer.height"),
        ge=2,
        le=15,
        description="least thickness of a disc layer",
    )
    rotation: Literal["fixed", "free"] = "fixed"
    load_to_strength_limit: float = Field(default=1.0, gt=0, le=5)
    activities: Names = ("standing", "sit_to_stand", "lifting_10kg", "stooped_lift_20kg")
    phases: Annotated[tuple[Phase, ...], Field(strict=False)] = Field(
        default=(Phase(from_day=0, activity="standing"),),
        description="daily load over time: bed rest, brace, return to activity",
    )

    @field_validator("activities")
    @classmethod
    def _known_activities(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one_of(activities(), name) for name in names)

    @field_validator("phases")
    @classmethod
    def _phases_ascend_from_day_0(cls, phases: tuple[Phase, ...]) -> tuple[Phase, ...]:
        days = [phase.from_day for phase in phases]
        if not days or days[0] != 0:
            found = f"first from_day {days[0]}" if days else "no phase"
            message = f"found {found}, expected a phase from day 0, the fracture, on. Put one in front."
            raise ValueError(message)
        for before, after in pairwise(days):
            if after <= before:
                message = (
                    f"found from_day {after} after {before}, expected days that increase. Sort the phases."
                )
                raise ValueError(message)
        return phases


class Capacity(Section):
    """The weakest surface or section with its factor, and the elastic-plastic test beside it."""

    rule: Literal["surface", "section"] = Field(
        default="surface",
        description="surface: the weakest one of any shape, box criterion; section: the weakest one of constant height",
    )
    criterion: Literal[
        "box",
        "mohr_coulomb",
        "drucker_prager",
        "tsai_wu",
        "von_mises",
        "principal_strain",
        "effective_strain",
    ] = Field(
        default="box", description="utilisation of the material; box: largest principal stress over strength"
    )
    mu: float = Field(
        default_factory=lambda: constant("failure", "mobilised.mu"),
        gt=1,
        le=10,
        description="load of the median of a section over its first yield; rule section only",
    )
    factor: float = Field(
        default_factory=lambda: constant("failure", "surface.factor"),
        gt=0,
        le=2,
        description="elastic-plastic ultimate over the load of the rule",
    )
    virtual_test: Literal["cemented", "all", "off"] = Field(
        default="cemented", description="which arms are pressed beyond their strength on key days"
    )
    interaction: Literal["linear", "tested", "off"] = Field(
        default="linear",
        description="axial force against bending moment on key days; tested: a few loads by the elastic-plastic test",
    )
    virtual_test_days: Days | None = Field(
        default=None, description="days of that test; default: day of the injection (else 0) and the last day"
    )
    softening_strain: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="plastic strain at which that test leaves only the residual strength; default: none is lost",
    )
    softening_residual: float = Field(default=0.1, gt=0, le=1, description="share of the strength that stays")

    @model_validator(mode="before")
    @classmethod
    def _rule_and_factor_go_together(cls, given: Any) -> Any:
        """Take sections for a criterion that surfaces do not know, and the factor of the rule."""
        if not isinstance(given, dict):
            return given
        of_section = given.get("criterion", "box") != "box"
        rule = given.get("rule", "section" if of_section else "surface")
        if rule == "surface" and of_section:
            message = (
                f'found rule "surface" with criterion {given["criterion"]!r}, expected "box": the weakest surface '
                'knows no other. Take rule = "section" or leave the criterion out.'
            )
            raise ValueError(message)
        if rule != "section":
            return given
        return {"rule": rule, "factor": constant("failure", "mobilised.factor")} | given

    @model_validator(mode="after")
    def _keys_have_an_effect(self) -> Self:
        given = self.model_fields_set
        if "mu" in given and self.rule == "surface":
            message = (
                'found mu with rule "surface", expected rule "section": surfaces bear their whole strength. Set '
                'rule = "section" or leave mu out.'
            )
            raise ValueError(message)
        if "softening_residual" in given and self.softening_strain is None:
            message = (
                "found softening_residual without softening_strain, expected both: no strength is lost without. Give "
                "the strain or leave the residual out."
            )
            raise ValueError(message)
        return self
