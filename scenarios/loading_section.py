"""Tables of the scenario file about loads and what the vertebra can bear."""

from typing import Literal

from pydantic import Field, field_validator

from vertebra.materials.table import value as constant

from .activity import activities
from .section import Names, Section, one_of


class Loading(Section):
    """How the vertebra is held and loaded, and what it is asked to bear."""

    ends: Literal["platens", "pmma_caps"] = "pmma_caps"
    cap_mm: float = Field(default=10.0, ge=2, le=40, description="least thickness of a PMMA cap")
    rotation: Literal["fixed", "free"] = "fixed"
    load_to_strength_limit: float = Field(default=1.0, gt=0, le=5)
    activities: Names = ("standing", "sit_to_stand", "lifting_10kg", "stooped_lift_20kg")

    @field_validator("activities")
    @classmethod
    def _known_activities(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one_of(activities(), name) for name in names)


class Capacity(Section):
    """Criterion and constants of the mobilised section strength (calibrated with the box criterion)."""

    criterion: Literal["box", "drucker_prager", "von_mises"] = Field(
        default="box", description="utilisation of the material; box: largest principal stress over strength"
    )
    mu: float = Field(default_factory=lambda: constant("failure", "mobilised.mu"), gt=1, le=10)
    factor: float = Field(default_factory=lambda: constant("failure", "mobilised.factor"), gt=0, le=2)
