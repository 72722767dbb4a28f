"""What a scenario file may say: every key with its unit, range and default.

TOML in, frozen values out. Unknown keys are refused. `read_scenario` in `scenarios/reading.py` turns a
file into a `Scenario` and every refusal into one `ScenarioError`.
"""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from vertebra.materials.bone import modulus_laws
from vertebra.materials.cement import COMPOSITES, products
from vertebra.meshes.body import preset

from .activity import activities

Days = Annotated[tuple[int, ...], Field(strict=False)]
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


def one_of(choices: tuple[str, ...], value: str, what: str) -> str:
    """Return `value` when it is one of the choices, or say which ones exist."""
    if value not in choices:
        message = f"{what} {value!r} is not known, expected one of {', '.join(choices)}"
        raise ValueError(message)
    return value


class Section(BaseModel):
    """A table of the scenario file: frozen, strict about types, closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Parametric(Section):
    """A vertebral body drawn from a level's published sizes; each size may be replaced."""

    level: Literal["T11", "T12", "L1", "L2", "L3", "L4", "L5"] = "L1"
    edge_mm: float = Field(3.0, ge=0.4, le=4.0, description="edge length of the tetrahedra")
    width_superior_mm: float | None = Field(None, description="width of the superior endplate")
    width_inferior_mm: float | None = Field(None, description="width of the inferior endplate")
    depth_superior_mm: float | None = Field(None, description="mid-sagittal depth of the superior endplate")
    depth_inferior_mm: float | None = Field(None, description="mid-sagittal depth of the inferior endplate")
    height_anterior_mm: float | None = Field(None, description="height between the rims in front")
    height_posterior_mm: float | None = Field(None, description="height between the rims behind")
    posterior_concavity_mm: float | None = Field(None, description="depth of the dent of the posterior wall")
    waist_area_ratio: float | None = Field(None, description="mid-section area over that of straight walls")
    concavity_superior_mm: float | None = Field(None, description="depth of the superior dish")
    concavity_inferior_mm: float | None = Field(None, description="depth of the inferior dish")
    concavity_diameter_ratio: float | None = Field(None, description="diameter of a dish over the endplate")
    shell_mm: float | None = Field(None, description="cortical shell thickness")
    endplate_mm: float | None = Field(None, description="bony endplate thickness")

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
    unit: Literal["mm", "cm", "m"] | None = Field(None, description="unit of the stored coordinates")
    axes: str = Field("RAS", description="what the stored x, y, z point to: L/R, A/P, S/I")
    method: Literal["fit", "tetwild"] = "fit"
    edge_mm: float = Field(3.0, ge=0.4, le=4.0)
    shell_mm: float = Field(0.35, gt=0.05, lt=3.0)
    endplate_mm: float = Field(0.5, gt=0.05, lt=3.0)


class Mesh(Section):
    """Where the anatomy comes from and how it is cut into tetrahedra."""

    parametric: Parametric | None = None
    surface: SurfaceFile | None = None
    order: Literal[1, 2] = Field(2, description="1: 4-node, 2: 10-node tetrahedra")

    @model_validator(mode="after")
    def _one_anatomy(self) -> Self:
        given = [name for name in ("parametric", "surface") if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "neither"
            message = f"found {found}, expected exactly one of mesh.parametric or mesh.surface"
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

    density_qct_mg_cm3: float | None = Field(None, ge=20, le=600)
    density_ash_mg_cm3: float | None = Field(None, ge=20, le=600)
    density_apparent_mg_cm3: float | None = Field(None, ge=30, le=1000)
    law: str = Field("kopperdahl2002", description="density-modulus and density-strength law")

    @model_validator(mode="after")
    def _one_density_and_a_known_law(self) -> Self:
        kinds = ("density_qct_mg_cm3", "density_ash_mg_cm3", "density_apparent_mg_cm3")
        given = [kind for kind in kinds if getattr(self, kind) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "no density"
            message = f"found {found}, expected exactly one of {', '.join(kinds)}"
            raise ValueError(message)
        one_of(modulus_laws(), self.law, "law")
        return self


class Fracture(Section):
    """A compression fracture after Genant, with the height loss an X-ray shows."""

    type: Literal["wedge", "biconcave", "crush"]
    height_loss: float = Field(gt=0, le=0.5, description="residual loss over local height")
    centre: float = Field(0.5, ge=0.2, le=0.8, description="middle of the zone over height")
    zone_mm: float | None = Field(None, gt=2, lt=40, description="initial thickness; default 0.60 of height")


class Patient(Section):
    """Who heals. Only what is written here acts; `vertebra check` prints what each entry does."""

    age_years: float | None = Field(None, ge=18, le=110)
    sex: Literal["female", "male"] | None = Field(None, description="recorded; no effect in this version")
    body_mass_kg: float | None = Field(None, ge=25, le=250, description="scales the loads of activities")
    smoker: bool = False
    heavy_alcohol: bool = False
    vitamin_d_deficiency: bool = False
    osteoporosis: bool = False
    diabetes: bool = False
    glucocorticoids: bool = False


class Healing(Section):
    """The healing law and the days on which the vertebra is computed."""

    law: Literal["kinetic"] = "kinetic"
    days: Days = (0, 3, 7, 14, 21, 28, 42, 56, 84, 126, 182, 365)

    @model_validator(mode="after")
    def _days_ascend_from_zero(self) -> Self:
        days = self.days
        if not days or days[0] != 0:
            message = f"days start at {days[0] if days else 'nothing'}, expected 0 (the fresh fracture)"
            raise ValueError(message)
        for before, after in pairwise(days):
            if after <= before:
                message = f"day {after} follows day {before}, expected days that increase"
                raise ValueError(message)
        if days[-1] > 3650:
            message = f"last day is {days[-1]}, expected at most 3650 (ten years)"
            raise ValueError(message)
        return self


class Cement(Section):
    """Cement injected on one day: how much, from where, what, and how near the endplates."""

    day: int = Field(ge=0, le=3650)
    volume_ml: float = Field(gt=0, le=50)
    approach: Literal["unipedicular", "bipedicular"] = "bipedicular"
    product: str = "pmma"
    composite: str = Field("interdigitated", description="law for cement in bone")
    clearance_mm: float = Field(2.5, ge=0, le=10, description="least bone left to either endplate")

    @model_validator(mode="after")
    def _known_names(self) -> Self:
        one_of(products(), self.product, "product")
        one_of(COMPOSITES, self.composite, "composite")
        return self


class Arm(Section):
    """One treatment; without cement it is conservative care."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)
    cement: Cement | None = None


class Loading(Section):
    """How the vertebra is held and loaded, and what it is asked to bear."""

    ends: Literal["platens", "pmma_caps"] = "pmma_caps"
    cap_mm: float = Field(10.0, ge=2, le=40, description="least thickness of a PMMA cap")
    rotation: Literal["fixed", "free"] = "fixed"
    load_to_strength_limit: float = Field(1.0, gt=0, le=5)
    activities: Names = ("standing", "sit_to_stand", "lifting_10kg", "stooped_lift_20kg")

    @model_validator(mode="after")
    def _known_activities(self) -> Self:
        for name in self.activities:
            one_of(activities(), name, "activity")
        return self


class Capacity(Section):
    """Constants of the mobilised section strength (calibrated against an elastic-plastic test)."""

    mu: float = Field(3.0, gt=1, le=10)
    factor: float = Field(0.94, gt=0, le=2)


class Solver(Section):
    """How the linear systems are solved."""

    method: Literal["auto", "iterative", "direct"] = "auto"
    tolerance: float = Field(1e-8, ge=1e-12, le=1e-4, description="true relative residual")
    threads: int | None = Field(None, ge=1, le=64, description="default: physical cores, at most 4")


class Output(Section):
    """What the field files hold."""

    fields: Names = FIELDS
    load_N: float = Field(1000.0, gt=0, le=20000, description="axial force the fields are shown at")
    pictures: bool = True

    @model_validator(mode="after")
    def _known_fields(self) -> Self:
        for name in self.fields:
            one_of(FIELDS, name, "field")
        return self


class Scenario(Section):
    """A complete question: anatomy, bone, fracture, patient, healing, treatments, loads."""

    schema_: Literal[1] = Field(alias="schema", description="version of this file format")
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

    @model_validator(mode="after")
    def _arms_fit_together(self) -> Self:
        names = [arm.name for arm in self.arms]
        for name in names:
            if name == "intact":
                message = "arm 'intact' is the uncrushed vertebra, which is always computed; rename the arm"
                raise ValueError(message)
            if names.count(name) > 1:
                message = f"arm {name!r} stands twice, expected a name of its own for each arm"
                raise ValueError(message)
        if self.fracture is not None and not self.arms:
            message = 'a fracture is given but no arm: add [[arms]] with name = "conservative"'
            raise ValueError(message)
        for arm in self.arms:
            if arm.cement is not None and arm.cement.day > self.healing.days[-1]:
                message = (
                    f"arm {arm.name!r} injects on day {arm.cement.day}, after the last day "
                    f"{self.healing.days[-1]} of healing.days"
                )
                raise ValueError(message)
        return self
