"""Tables of the scenario file about loads, what the vertebra can bear, and what it does to its neighbours."""

from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from vertebra.loads.activity import activities, activity_row
from vertebra.materials.disc import disc_height, nucleus_share
from vertebra.materials.failure.yield_law import YIELD_LAW, YIELD_LAWS
from vertebra.materials.table import value as constant

from .section import Days, OneOf, Section

Activity = Annotated[str, OneOf(activities())]


class Phase(Section):
    """A stage of rehabilitation: from a day on, the heaviest thing the patient regularly does."""

    from_day: int = Field(
        ge=0,
        le=3650,
        description="First day of the phase; it lasts until the next one begins, the first from day 0",
    )
    activity: Activity = Field(
        default="standing", description="Heaviest thing that the patient regularly does in this phase"
    )
    brace: bool = Field(default=False, description="Whether a brace is worn during it")
    upright_hours: float | None = Field(
        default=None,
        ge=0,
        le=24,
        description=f"Hours of a day spent upright, during which crushed bone creeps; default: "
        f"{constant('creep', 'upright_hours'):g}, none where the activity is lying",
    )
    upright_activity: Activity = Field(
        default="standing", description="Activity whose load stands for those hours"
    )

    @property
    def hours_upright(self) -> float:
        """Hours of a day spent upright, as given or by the activity [h]."""
        if self.upright_hours is not None:
            return self.upright_hours
        lies = activity_row(self.activity).parameters["posture"] == "recumbent"
        return 0.0 if lies else constant("creep", "upright_hours")


class Loading(Section):
    """How the vertebra is held and loaded, and what it is asked to bear."""

    ends: Literal["platens", "pmma_caps", "discs"] = Field(
        default="pmma_caps",
        description="What holds the vertebra; platens: rigid plates on the endplates; pmma_caps: layers of bone "
        "cement, as in the laboratory; discs: soft layers (mesh.order 2 only)",
    )
    cap_mm: float = Field(
        default=10.0, ge=2, le=40, description="Least thickness of a PMMA cap; only with ends pmma_caps"
    )
    disc_mm: float = Field(
        default_factory=lambda: constant("ends", "disc_layer.height"),
        ge=2,
        le=15,
        description="Least thickness of a disc layer; only with ends discs",
    )
    rotation: Literal["fixed", "free"] = Field(
        default="fixed",
        description="Whether the loaded end keeps its direction, or turns freely on a ball joint",
    )
    load_to_strength_limit: float = Field(
        default=1.0, gt=0, le=5, description="Load over capacity below which an activity counts as borne"
    )
    activities: Annotated[tuple[Activity, ...], Field(strict=False)] = Field(
        default=("standing", "sit_to_stand", "lifting_10kg", "stooped_lift_20kg"),
        description="Activities whose loads are compared with the capacity",
    )
    phases: Annotated[tuple[Phase, ...], Field(strict=False)] = Field(
        default=(Phase(from_day=0, activity="standing"),),
        description="Stages of rehabilitation, by the day they begin: bed rest, brace, return to activity",
    )

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
        description="Where the vertebra gives way; surface: along the weakest surface of any shape (criteria cut_box "
        "and box only); section: across the weakest section of constant height",
    )
    criterion: Literal[
        "cut_box",
        "box",
        "mohr_coulomb",
        "drucker_prager",
        "tsai_wu",
        "von_mises",
        "principal_strain",
        "effective_strain",
    ] = Field(
        default="cut_box",
        description="Failure criterion of the material; box: largest principal stress over strength; cut_box: that, "
        "and the largest shear stress over half the compressive strength. The elastic-plastic test yields by either of "
        "the two, by cut_box whatever other criterion is asked for",
    )
    mu: float = Field(
        default_factory=lambda: constant("failure", "mobilised.mu"),
        gt=1,
        le=10,
        description="Load at which half of a section has yielded over that of its first yield; only with rule section",
    )
    factor: float = Field(
        default_factory=lambda: constant("failure", "limit_load.factor"),
        gt=0,
        le=2,
        description="Ultimate load over the load that the rule gives; default: "
        f"{constant('failure', 'limit_load.factor'):g} for surfaces, {constant('failure', 'mobilised.factor'):g} for "
        "sections",
    )
    virtual_test: Literal["cemented", "all", "off"] = Field(
        default="all",
        description="Which arms are pressed beyond their strength on key days by the elastic-plastic test",
    )
    interaction: Literal["sections", "tested", "off"] = Field(
        default="sections",
        description="How axial force is combined with bending moment on key days; sections: by the weakest section; "
        "tested: by that and a few elastic-plastic tests",
    )
    virtual_test_days: Days | None = Field(
        default=None,
        description="Days of the elastic-plastic test; default: that of the injection (else 0) and the last",
    )
    softening_strain: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Plastic strain at which only the residual strength is left in the elastic-plastic test; "
        "default: no strength is lost",
    )
    softening_residual: float = Field(
        default=0.1,
        gt=0,
        le=1,
        description="Share of the strength that is left then; only with softening_strain",
    )

    @property
    def yield_law(self) -> str:
        """Law by which bone yields in the limit load and in the elastic-plastic test."""
        return self.criterion if self.criterion in YIELD_LAWS else YIELD_LAW

    @model_validator(mode="before")
    @classmethod
    def _rule_and_factor_go_together(cls, given: Any) -> Any:
        """Default to rule section for a criterion that surfaces do not support, and to the factor of the rule."""
        if not isinstance(given, dict):
            return given
        of_section = given.get("criterion", YIELD_LAW) not in YIELD_LAWS
        rule = given.get("rule", "section" if of_section else "surface")
        if rule == "surface" and of_section:
            message = (
                f'found rule "surface" with criterion {given["criterion"]!r}, expected "cut_box" or "box": the weakest '
                'surface knows no other. Take rule = "section" or leave the criterion out.'
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


class Neighbours(Section):
    """An equal vertebral body beyond a disc, on key days: what the vertebra does to it, broken or filled."""

    beside: Literal["none", "above", "below", "both"] = Field(
        default="none",
        description="Which equal neighbours are modelled beyond a disc, on key days (mesh.order 2 only); each is some "
        "seven times the work of solving the vertebra alone",
    )
    disc_mm: float = Field(
        default_factory=disc_height, ge=3, le=20, description="Height of the disc at its rim"
    )
    nucleus_share: float = Field(
        default_factory=nucleus_share,
        ge=0.15,
        le=0.7,
        description="Area of the nucleus pulposus over that of the disc",
    )
    forward_mm: float | None = Field(
        default=None,
        ge=-30,
        le=60,
        description="Distance of the line of force in front of the middle of the intact upper endplate, the moving end "
        "turning freely about it, as in a kyphosis that is not compensated; default: the end is held or turns about "
        "the middle, as loading.rotation says",
    )
    test: Literal["off", "on"] = Field(
        default="off",
        description="Whether the neighbours are pressed beyond their strength by an elastic-plastic test, in which the "
        "vertebra itself stays elastic; some ten times the work of the neighbour without",
    )

    @property
    def places(self) -> tuple[str, ...]:
        """Where neighbours are modelled: `above`, `below`, both or none."""
        return {"none": (), "both": ("above", "below")}.get(self.beside, (self.beside,))

    @model_validator(mode="after")
    def _keys_have_an_effect(self) -> Self:
        idle = sorted(self.model_fields_set - {"beside"})
        if idle and self.beside == "none":
            message = (
                f'found {idle[0]} with beside "none", expected above, below or both: no disc is modelled without a '
                "neighbour. Set beside or leave the key out."
            )
            raise ValueError(message)
        return self
