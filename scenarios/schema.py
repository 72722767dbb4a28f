"""What a scenario file may say: every key with its unit, range and default.

TOML in, frozen values out. Unknown keys are refused. `read_scenario` in `scenarios/reading.py` turns a
file into a `Scenario` and every refusal into one `ScenarioError`.
"""

import difflib
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from vertebra.materials.bone import modulus_laws
from vertebra.materials.cement import COMPOSITES, products
from vertebra.materials.curve import CurveLaw
from vertebra.materials.table import value as constant
from vertebra.meshes.body import preset

from .activity import activities

Days = Annotated[tuple[int, ...], Field(strict=False)]
Shares = Annotated[tuple[float, ...], Field(strict=False)]
Names = Annotated[tuple[str, ...], Field(strict=False)]
FIELDS = (
    "displacement",
    "stress",
    "strain",
    "von_mises",
    "utilisation",
    "young",
    "poisson",
    "density",
    "tissue",
    "region",
)


def one_of(choices: tuple[str, ...], value: str) -> str:
    """Return `value` when it is one of the choices, or say which ones exist."""
    if value not in choices:
        near = difflib.get_close_matches(value, choices, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "Choose one."
        message = f"found {value!r}, expected one of {', '.join(choices)}. {hint}"
        raise ValueError(message)
    return value


def whole(value: Any) -> Any:
    """Keep `true` and `1.0`, which Python holds equal to 1, from passing as a whole number."""
    if isinstance(value, bool | float):
        message = f"found {str(value).lower()}, expected a whole number. Correct the value."
        raise ValueError(message)
    return value


class Section(BaseModel):
    """A table of the scenario file: frozen, strict about types, closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Parametric(Section):
    """A vertebral body drawn from a level's published sizes; each size may be replaced."""

    level: Literal["T11", "T12", "L1", "L2", "L3", "L4", "L5"] = "L1"
    edge_mm: float = Field(default=3.0, ge=0.4, le=4.0, description="edge length of the tetrahedra")
    width_superior_mm: float | None = Field(default=None, description="width of the superior endplate")
    width_inferior_mm: float | None = Field(default=None, description="width of the inferior endplate")
    depth_superior_mm: float | None = Field(
        default=None, description="mid-sagittal depth of the superior endplate"
    )
    depth_inferior_mm: float | None = Field(
        default=None, description="mid-sagittal depth of the inferior endplate"
    )
    height_anterior_mm: float | None = Field(default=None, description="height between the rims in front")
    height_posterior_mm: float | None = Field(default=None, description="height between the rims behind")
    posterior_concavity_mm: float | None = Field(
        default=None, description="depth of the dent of the posterior wall"
    )
    waist_area_ratio: float | None = Field(
        default=None, description="mid-section area over that of straight walls"
    )
    concavity_superior_mm: float | None = Field(default=None, description="depth of the superior dish")
    concavity_inferior_mm: float | None = Field(default=None, description="depth of the inferior dish")
    concavity_diameter_ratio: float | None = Field(
        default=None, description="diameter of a dish over the endplate"
    )
    shell_mm: float | None = Field(default=None, description="cortical shell thickness")
    endplate_mm: float | None = Field(default=None, description="bony endplate thickness")

    @model_validator(mode="after")
    def _a_body_of_these_sizes_exists(self) -> Self:
        preset(self.level, **self.sizes)
        return self

    @property
    def sizes(self) -> dict[str, float]:
        """Sizes that replace those of the level."""
        given = self.model_dump(exclude={"level", "edge_mm"})
        return {name: size for name, size in given.items() if size is not None}


class SurfaceFile(Section):
    """A closed surface of a real vertebral body, or of a whole vertebra."""

    file: str = Field(description="OBJ, STL, PLY or VTP; relative to the scenario file")
    unit: Literal["mm", "cm", "m"] | None = Field(default=None, description="unit of the stored coordinates")
    axes: str = Field(default="RAS", description="what the stored x, y, z point to: L/R, A/P, S/I")
    method: Literal["fit", "tetwild"] = "fit"
    edge_mm: float = Field(default=3.0, ge=0.4, le=4.0)
    shell_mm: float = Field(default=0.35, gt=0.05, lt=3.0)
    endplate_mm: float = Field(default=0.5, gt=0.05, lt=3.0)

    @field_validator("axes")
    @classmethod
    def _directions(cls, axes: str) -> str:
        from vertebra.meshes.surface_read import axes_matrix  # heavy, and only needed here

        axes_matrix(axes)
        return axes


class Mesh(Section):
    """Where the anatomy comes from and how it is cut into tetrahedra."""

    parametric: Parametric | None = None
    surface: SurfaceFile | None = None
    order: Annotated[Literal[1, 2], BeforeValidator(whole)] = Field(
        default=2, description="1: 4-node, 2: 10-node tetrahedra"
    )

    @model_validator(mode="after")
    def _one_anatomy(self) -> Self:
        given = [name for name in ("parametric", "surface") if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "neither"
            message = f"found {found}, expected exactly one of parametric or surface. Keep the one you mean."
            raise ValueError(message)
        return self

    @property
    def edge_mm(self) -> float:
        """Edge length of the tetrahedra [mm]."""
        anatomy = self.parametric or self.surface
        assert anatomy is not None  # one of the two, by the validator
        return anatomy.edge_mm


class Bone(Section):
    """Density of the trabecular core, of one stated kind, and the law that turns it into stiffness."""

    density_qct_mg_cm3: float | None = Field(default=None, ge=20, le=600)
    density_ash_mg_cm3: float | None = Field(default=None, ge=20, le=600)
    density_apparent_mg_cm3: float | None = Field(default=None, ge=30, le=1000)
    law: str = Field(default="kopperdahl2002", description="density-modulus and density-strength law")

    @field_validator("law")
    @classmethod
    def _known_law(cls, law: str) -> str:
        return one_of(modulus_laws(), law)

    @model_validator(mode="after")
    def _one_density(self) -> Self:
        kinds = ("density_qct_mg_cm3", "density_ash_mg_cm3", "density_apparent_mg_cm3")
        given = [kind for kind in kinds if getattr(self, kind) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "no density"
            message = f"found {found}, expected exactly one of {', '.join(kinds)}. Keep the one you mean."
            raise ValueError(message)
        return self


class Fracture(Section):
    """A compression fracture after Genant, with the height loss an X-ray shows."""

    type: Literal["wedge", "biconcave", "crush"]
    height_loss: float = Field(gt=0, le=0.5, description="residual loss over local height")
    centre: float = Field(default=0.5, ge=0.2, le=0.8, description="middle of the zone over height")
    zone_mm: float | None = Field(
        default=None, gt=2, lt=40, description="initial thickness; default 0.60 of height"
    )


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


class HealingCurve(Section):
    """Tissue shares of the fracture zone as points in time, from one's own data; linear between them."""

    days: Days
    haematoma: Shares = ()
    granulation: Shares = ()
    fibrous: Shares = ()
    cartilage: Shares = ()
    woven_immature: Shares = ()
    woven: Shares = ()
    remodelled: Shares = ()

    @model_validator(mode="after")
    def _points_make_a_curve(self) -> Self:
        CurveLaw.from_points(self.days, self.shares)
        return self

    @property
    def shares(self) -> dict[str, tuple[float, ...]]:
        """Points of the tissues that are given."""
        return {name: points for name, points in self.model_dump(exclude={"days"}).items() if points}


class Healing(Section):
    """The healing law and the days on which the vertebra is computed."""

    law: Literal["kinetic", "curve"] = "kinetic"
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


class Solver(Section):
    """How the linear systems are solved."""

    method: Literal["auto", "iterative", "direct"] = "auto"
    tolerance: float = Field(
        default=1e-4, ge=1e-10, le=1e-2, description="allowed relative error of displacements, energy norm"
    )
    threads: int | None = Field(default=None, ge=1, le=64, description="default: physical cores, at most 4")


class Output(Section):
    """What the field files hold."""

    fields: Names = FIELDS
    load_N: float = Field(default=1000.0, gt=0, le=20000, description="axial force the fields are shown at")
    days: Days | None = Field(default=None, description="days in the field files; default: all")
    pictures: bool = True

    @field_validator("fields")
    @classmethod
    def _known_fields(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one_of(FIELDS, name) for name in names)


class Scenario(Section):
    """A complete question: anatomy, bone, fracture, patient, healing, treatments, loads."""

    schema_: Annotated[Literal[1], BeforeValidator(whole)] = Field(
        alias="schema", description="version of this file format"
    )
    name: str = Field(min_length=1, max_length=120)
    mesh: Mesh
    bone: Bone
    fracture: Fracture | None = None
    patient: Patient = Patient()
    healing: Healing = Healing()
    arms: Annotated[tuple[Arm, ...], Field(strict=False)] = ()
    loading: Loading = Loading()
    capacity: Capacity = Capacity()
    solver: Solver = Solver()
    output: Output = Output()

    @field_validator("arms")
    @classmethod
    def _arms_have_names_of_their_own(cls, arms: tuple[Arm, ...]) -> tuple[Arm, ...]:
        names = [arm.name for arm in arms]
        for name in names:
            if name == "intact":
                message = "found an arm 'intact', expected another name: that one is always computed. Rename the arm."
                raise ValueError(message)
            if names.count(name) > 1:
                message = f"found arm {name!r} twice, expected a name of its own for each arm. Rename one."
                raise ValueError(message)
        return arms

    @model_validator(mode="after")
    def _a_fracture_is_treated_in_time(self) -> Self:
        if self.fracture is not None and not self.arms:
            message = (
                'found a fracture and no arm, expected at least one. Add [[arms]] with name = "conservative".'
            )
            raise ValueError(message)
        for arm in self.arms:
            last = self.healing.days[-1]
            if arm.cement is not None and arm.cement.day > last:
                message = (
                    f"found arms.{arm.name}.cement.day = {arm.cement.day}, expected at most {last}, the last of "
                    "healing.days. Inject earlier or add a later day."
                )
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _fields_are_written_on_computed_days(self) -> Self:
        computed = {*self.healing.days} | {arm.cement.day for arm in self.arms if arm.cement}
        for day in self.output.days or ():
            if day not in computed:
                message = (
                    f"found output.days with day {day}, expected days of healing.days or of an injection. "
                    "Add it there or leave it out."
                )
                raise ValueError(message)
        return self
