"""Table of the scenario file about cement: the procedure, how it gets into the body, how it fills it, what it is."""

from dataclasses import replace
from itertools import count
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from vertebra.materials.cement import (
    COMPOSITES,
    RIM_MM,
    PureCement,
    interface_modulus,
    products,
    target_depth,
    usual_share,
)
from vertebra.materials.cement_age import is_set
from vertebra.materials.table import value as constant

from ..section import OneOf, Section, Share

_USUAL = {
    "unipedicular": "through one pedicle",
    "bipedicular": "through both",
    "basivertebral": "between them",
    "prophylactic": "in a prophylactic procedure",
}
_NEEDLES = {
    "side": ("unipedicular",),
    "target_across": ("unipedicular", "bipedicular"),
}
"""Keys that belong to some approaches only."""


class Cement(Section):
    """Cement injected on one day: by which procedure, how much, from where, how it fills the body, and what it is."""

    day: int = Field(ge=0, le=3650, description="Day of the injection, counted from the fracture")
    procedure: Literal["vertebroplasty", "kyphoplasty", "prophylactic"] = Field(
        default="vertebroplasty",
        description="How the body is treated; vertebroplasty: into the bone of the fractured body; kyphoplasty: "
        "into a cavity that a balloon has made in it; prophylactic: into a body without a fracture",
    )
    volume_ml: float | None = Field(
        default=None,
        gt=0,
        le=50,
        description="Volume of bone that is filled, in all, or of the cavity; default: "
        + ", ".join(f"{usual_share(name):g} of the body {text}" for name, text in _USUAL.items())
        + "; or what fits",
    )
    approach: Literal["unipedicular", "bipedicular", "basivertebral"] = Field(
        default="bipedicular",
        description="Through one pedicle, through both, or between them through the foramen of the basivertebral vein",
    )
    side: Literal["right", "left"] | None = Field(
        default=None,
        description="Pedicle of the needle; only with approach unipedicular; default: right",
    )
    target_across: Share | None = Field(
        default=None,
        description="How far the middle of each cloud lies from the midline towards its pedicle: 0 in the midline, "
        "1 where it meets the wall; not with approach basivertebral; default: a quarter of the width of the cloud "
        "for one needle, side by side for two",
    )
    target_depth: Share | None = Field(
        default=None,
        description="Depth of the tip of the needle, where the cloud has its middle: 0 at the back wall, 1 at the "
        "front; default: the middle of the room, and "
        f"{target_depth('basivertebral'):g} with approach basivertebral",
    )
    target_height: Share | None = Field(
        default=None,
        description="Height of the tip of the needle between the inferior (0) and the superior (1) limit of the room; "
        "default: so that the cloud reaches through the crushed bone above and below alike",
    )
    spread: float = Field(
        default=1.0,
        ge=0.7,
        le=3,
        description="Width of the cloud over its height, relative to the usual one, while there is room: above 1 "
        "flatter, below 1 more slender",
    )
    fill: Literal["blocky", "spongy", "cavity"] | None = Field(
        default=None,
        description="How the cement lies in the body; blocky: ellipsoids of bone filled with cement; spongy: a plume "
        "that goes where the bone is sparse or crushed, at random besides; cavity: ellipsoids of pure cement in a void "
        "with a weak join; default: cavity with procedure kyphoplasty, otherwise blocky",
    )
    cavity_ml: float | None = Field(
        default=None,
        gt=0,
        le=50,
        description="Volume of the cavity, which cement fills; only with one; default: volume_ml",
    )
    seed: int | None = Field(
        default=None,
        ge=0,
        le=2**32 - 1,
        description="Number that a spongy plume is drawn from; only with it; default: 0",
    )
    height_restored: Share | None = Field(
        default=None,
        description="Share of the height lost by then that a balloon restores; default: "
        f"{constant('kyphoplasty', 'restored'):g} with procedure kyphoplasty, otherwise none",
    )
    product: Annotated[str, OneOf(products())] = Field(default="pmma", description="Cement that is injected")
    young_MPa: float | None = Field(
        default=None,
        gt=0,
        le=30000,
        description="Young's modulus of the set cement in place of that of the product; default: that of the product",
    )
    compression_MPa: float | None = Field(
        default=None, gt=0, le=1000, description="Compressive strength likewise; default: that of the product"
    )
    tension_MPa: float | None = Field(
        default=None, gt=0, le=1000, description="Tensile strength likewise; default: that of the product"
    )
    setting_hours: float | None = Field(
        default=None,
        ge=0,
        le=240,
        description="Time after which the cement carries load; a day stands for its end, 24 h after an injection "
        "on it; default: that of the product",
    )
    resorbed_per_year: float | None = Field(
        default=None,
        ge=0,
        le=0.99,
        description="Share of the cement that bone replaces within a year; default: that of the product, 0 but for "
        "calcium_phosphate",
    )
    composite: Annotated[str, OneOf(COMPOSITES)] | None = Field(
        default=None,
        description="Law for the stiffness and strength of bone filled with cement; void_filled: pure cement; voigt, "
        "reuss and hashin_shtrikman: bounds; default: void_filled in a cavity, otherwise interdigitated",
    )
    interface: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description=f"Young's modulus of the {RIM_MM:g} mm of bone around the cement over that of bone elsewhere; "
        f"default: 1 where cement fills bone, {interface_modulus('void_filled'):g} around cement in a void "
        "(void_filled)",
    )
    contacts: Literal["none", "one", "both"] = Field(
        default="none", description="Endplates that the cement is to touch; one: the superior one"
    )
    clearance_mm: float = Field(
        default=2.5,
        ge=0,
        le=10,
        description="Least distance that cement keeps from endplates that it is not to touch",
    )

    @model_validator(mode="after")
    def _keys_of_the_needle_go_with_its_approach(self) -> Self:
        for key, approaches in _NEEDLES.items():
            if getattr(self, key) is not None and self.approach not in approaches:
                message = (
                    f"found {key} with approach {self.approach!r}, on which it has no effect, expected it with "
                    f"{' or '.join(approaches)}. Change the approach or remove the key."
                )
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _a_seed_goes_with_a_plume(self) -> Self:
        if self.seed is not None and self.filling != "spongy":
            message = (
                f"found seed with fill {self.filling!r}, in which nothing is drawn at random, expected it with spongy. "
                'Set fill = "spongy" or remove seed.'
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _a_balloon_restores_height(self) -> Self:
        if self.height_restored is not None and self.procedure != "kyphoplasty":
            message = (
                f"found height_restored with procedure {self.procedure!r}, on which it has no effect, expected it with "
                'kyphoplasty. Take procedure = "kyphoplasty", or remove the key.'
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _a_cavity_holds_pure_cement(self) -> Self:
        if self.filling == "cavity" and self.law != "void_filled":
            message = (
                f"found composite {self.composite!r} in a cavity, expected void_filled: no bone is left in it. Remove "
                'composite, or take fill = "blocky".'
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _cement_fills_its_cavity(self) -> Self:
        if self.cavity_ml is None:
            return self
        if self.filling != "cavity":
            message = (
                f"found cavity_ml with fill {self.filling!r}, in which there is no cavity, expected it with one. Set "
                'fill = "cavity" or state volume_ml.'
            )
            raise ValueError(message)
        if self.volume_ml is not None and self.volume_ml > self.cavity_ml:
            message = (
                f"found volume_ml = {self.volume_ml:g} in a cavity of {self.cavity_ml:g} mL, expected no more cement "
                "than the cavity holds. Take less cement or a larger cavity."
            )
            raise ValueError(message)
        if self.volume_ml is not None and self.volume_ml < self.cavity_ml:
            message = (
                f"found volume_ml = {self.volume_ml:g} in a cavity of {self.cavity_ml:g} mL, expected cement that "
                "fills it: a cavity that stays open is not modelled. Leave one of both out."
            )
            raise ValueError(message)
        return self

    @property
    def wanted_ml(self) -> float | None:
        """Volume that is stated, of cement or of the cavity that it fills; None: the usual one [mL]."""
        return self.cavity_ml if self.volume_ml is None else self.volume_ml

    @property
    def filling(self) -> str:
        """How the cement fills the body."""
        return self.fill or ("cavity" if self.procedure == "kyphoplasty" else "blocky")

    @property
    def law(self) -> str:
        """Composite law of the region that is filled."""
        return self.composite or ("void_filled" if self.filling == "cavity" else "interdigitated")

    @property
    def pure(self) -> PureCement:
        """The cement without bone: that of the product, with what is stated of its own."""
        stated = {
            "young": self.young_MPa,
            "compression": self.compression_MPa,
            "tension": self.tension_MPa,
            "setting_hours": self.setting_hours,
            "resorbed_per_year": self.resorbed_per_year,
        }
        return replace(PureCement.of(self.product), **{k: v for k, v in stated.items() if v is not None})

    @property
    def bears_from(self) -> int:
        """First day at whose end the cement has set and carries load: that of the injection, or later [d]."""
        return next(day for day in count(self.day) if is_set(self.pure, day - self.day))

    @property
    def restored(self) -> float:
        """Share of the lost height that is restored [-]."""
        if self.procedure != "kyphoplasty":
            return 0.0
        return constant("kyphoplasty", "restored") if self.height_restored is None else self.height_restored

    @property
    def body_share(self) -> float:
        """Share of the body that is filled where no volume is stated [-]."""
        return usual_share(self._usual)

    @property
    def depth(self) -> float | None:
        """Depth of the tip of the needle, as stated or usual for the approach; None: the middle of the room [-]."""
        return target_depth(self.approach) if self.target_depth is None else self.target_depth

    @property
    def rows_behind(self) -> tuple[str, ...]:
        """Names of the constants, or what they begin with, behind its place, its amount and what becomes of it."""
        share = () if self.wanted_ml is not None else (f"usual_share.{self._usual}",)
        usual_depth = self.target_depth is None and self.depth is not None
        paste = () if is_set(self.pure, 0) or self.law != "void_filled" else ("paste",)
        resorption = ("resorption",) if self.pure.resorbed_per_year > 0 else ()
        plume = ("spongy",) if self.filling == "spongy" else ()
        return (
            *share,
            *(("needle.basivertebral_depth",) if usual_depth else ()),
            *plume,
            *paste,
            *resorption,
        )

    @property
    def _usual(self) -> str:
        return "prophylactic" if self.procedure == "prophylactic" else self.approach
