"""What a scenario file may say: every key with its unit, range and default.

TOML in, frozen values out. Unknown keys are refused. `read_scenario` in `scenarios/reading.py` turns a
file into a `Scenario` and every refusal into one `ScenarioError`.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)

from vertebra.materials.failure.criteria import STRAIN_CRITERIA

from .anatomy_section import Bone, Fracture, Mesh
from .error import ScenarioError
from .healing_section import Arm, Healing, Treatment
from .imported.image import ImageFile
from .imported.shared import files_in
from .loading_section import Capacity, Loading, Neighbours
from .patient_section import Patient
from .refusal import explain
from .replacing import anchor_paths, replace_value
from .section import Days, OneOf, Section, whole

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


class Solver(Section):
    """How the linear systems are solved."""

    method: Literal["auto", "iterative", "direct"] = Field(
        default="auto",
        description="Solver of the linear systems; auto: direct for small meshes, else iterative (multigrid)",
    )
    tolerance: float = Field(
        default=1e-4,
        ge=1e-10,
        le=1e-2,
        description="Largest relative error of the displacements, in the energy norm",
    )
    threads: int | None = Field(
        default=None,
        ge=1,
        le=64,
        description="Threads of the computation; default: the processors at hand, at most 4",
    )


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


class Uncertainty(Section):
    """What is said of the spread between patients."""

    bands: Literal["on", "off"] = Field(
        default="on",
        description="Band in which 80 % of the patients who unite lie, by the pace of healing and of vessels; only "
        "with law kinetic",
    )
    pace_ratio: float = Field(
        default=1.0,
        ge=0.1,
        le=10,
        description="How many times longer this patient's healing lasts than that of the median patient with the same "
        "factors; no band is drawn around a single one",
    )
    vessel_ratio: float = Field(
        default=1.0,
        ge=0.1,
        le=10,
        description="How many times longer this patient's vessels need on top of that",
    )
    unites: bool = Field(
        default=True,
        description="Whether fibrous tissue becomes cartilage and bone; false: the fracture never unites",
    )
    total: Literal["on", "off"] = Field(
        default="off",
        description="Band by everything that is uncertain, constants and density as well as patients, and which of it "
        "matters; as much work as several runs",
    )
    samples: int = Field(
        default=512, ge=32, le=4096, description="Samples of the total band, a Latin hypercube"
    )
    seed: int = Field(default=0, ge=0, le=1_000_000, description="Seed of the samples")

    @property
    def is_median(self) -> bool:
        """Whether the patient is the median one, around whom others spread."""
        return self.pace_ratio == 1 and self.vessel_ratio == 1 and self.unites


class Scenario(Section):
    """A complete question: anatomy, bone, fracture, patient, healing, treatments, loads."""

    schema_: Annotated[Literal[1], BeforeValidator(whole)] = Field(
        alias="schema", description="Version of the file format"
    )
    name: str = Field(
        min_length=1, max_length=120, description="Title, in the report and the name of the folder"
    )
    mesh: Mesh = Field(description="Anatomy and mesh")
    bone: Bone = Field(description="Bone before the fracture")
    fracture: Fracture | None = Field(default=None, description="The fracture; default: none, intact only")
    patient: Patient = Field(default=Patient(), description="Who heals")
    treatment: Treatment = Field(
        default=Treatment(), description="Drug against osteoporosis; an arm can have its own"
    )
    healing: Healing = Field(default=Healing(), description="How and when the fracture heals")
    arms: Annotated[tuple[Arm, ...], Field(strict=False)] = Field(
        default=(), description="Treatments to compare, one [[arms]] each"
    )
    loading: Loading = Field(default=Loading(), description="How the vertebra is held and loaded")
    capacity: Capacity = Field(default=Capacity(), description="How capacity is found")
    neighbours: Neighbours = Field(default=Neighbours(), description="Equal bodies next to this one")
    solver: Solver = Field(default=Solver(), description="How the linear systems are solved")
    output: Output = Field(default=Output(), description="What is written")
    uncertainty: Uncertainty = Field(
        default=Uncertainty(), description="What is said of the spread between patients"
    )
    _file: Path | None = PrivateAttr(default=None)
    _tables: dict[str, Any] | None = PrivateAttr(default=None)
    _stored_meshes: Path | None = PrivateAttr(default=None)

    @classmethod
    def of_tables(
        cls, tables: dict[str, Any], file: Path | None, replaced: Sequence[str] = (), by: str = "--set"
    ) -> Self:
        """Check the tables of a scenario file.

        Parameters
        ----------
        tables : dict
            As TOML gives them, with absolute paths.
        file : Path or None
            Where they come from.
        replaced : sequence of str
            Keys that were replaced after reading, for messages.
        by : str
            How they were replaced.

        Raises
        ------
        ScenarioError
            A key or a value is wrong, or a file that the scenario names is missing.
        """
        try:
            scenario = cls.model_validate(tables)
        except ValidationError as error:
            raise ScenarioError(explain(error, cls, tables, file, replaced, by)) from None
        scenario._file, scenario._tables = file, deepcopy(tables)
        scenario._check_files()
        return scenario

    @property
    def file(self) -> Path | None:
        """File the scenario was read from; None when it was made from values alone."""
        return self._file

    def with_values(self, values: Mapping[str, Any]) -> Self:
        """Return a checked copy in which some values are replaced.

        Parameters
        ----------
        values : mapping of str to object
            By key, with dots between tables; arms are addressed by name, as in
            `arms.vertebroplasty.cement.volume_ml`.

        Raises
        ------
        ScenarioError
            A key or a value is wrong; the message names the file and the key.
        """
        tables = deepcopy(self._tables)
        if tables is None:
            tables = _plain(self.model_dump(by_alias=True, exclude_unset=True))
        for key, value in values.items():
            replace_value(tables, key, _plain(value), f"with_values {key}")
        anchor_paths(tables, Path.cwd())
        return self.of_tables(tables, self._file, list(values), by="with_values").on_meshes(
            self._stored_meshes
        )

    @property
    def stored_meshes(self) -> Path | None:
        """File of meshes to be taken in place of new ones, from the result that is computed again; None without one."""
        return self._stored_meshes

    def on_meshes(self, file: Path | None) -> Self:
        """The same scenario, to be computed on the meshes of a file."""
        copy = self.model_copy()
        copy._stored_meshes = file
        return copy

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy with fields replaced, unchecked; the tables that were read no longer describe such a copy."""
        copy = super().model_copy(update=update, deep=deep)
        if update:
            copy._tables = None
        return copy

    def __eq__(self, other: object) -> bool:
        """Whether all values are equal, from whatever file they come."""
        return isinstance(other, Scenario) and dict(self) == dict(other)

    def _check_files(self) -> None:
        """Files that a scenario names must be there before anything is computed."""
        anatomy, image = self.mesh.anatomy, self.bone.density_image
        named = dict.fromkeys(anatomy.named_files.items(), anatomy.expected)
        named |= dict.fromkeys({} if image is None else image.named_files.items(), ImageFile.expected)
        for (key, file), expected in named.items():
            if not file.is_file() and not (file.is_dir() and "DICOM" in expected):
                found = "a folder" if file.is_dir() else "no such file"
                message = (
                    f"{self._file or 'scenario'}: {key}: found {found} at {file}, expected {expected}. Paths in a "
                    f"scenario "
                    "start at its folder, paths in --set at the current one. Correct the path."
                )
                raise ScenarioError(message)

    @property
    def input_files(self) -> tuple[Path, ...]:
        """Files behind shape and density, those of folders one by one."""
        image = self.bone.density_image
        return (*self.mesh.anatomy.files, *(() if image is None else files_in(image.named_files.values())))

    @property
    def distribution(self) -> str:
        """How density is distributed in the body: as asked, else regional where nothing of the body is measured."""
        return self.bone.distribution or self.mesh.anatomy.density_distribution

    @property
    def collapses(self) -> bool:
        """Whether the fractured body goes on losing height; never with a curve of healing, which holds it already."""
        return self.fracture is not None and self.fracture.collapse and self.healing.law != "curve"

    @model_validator(mode="after")
    def _a_curve_does_not_collapse(self) -> Self:
        fracture = self.fracture
        if fracture is None or self.healing.law != "curve":
            return self
        if fracture.collapse and "collapse" in fracture.model_fields_set:
            message = (
                'found fracture.collapse = true with healing.law = "curve", expected false: a curve is measured on the '
                "body as it was. Remove the key or take another law."
            )
            raise ValueError(message)
        return self

    def treatment_of(self, arm: str) -> Treatment:
        """Drug against osteoporosis in an arm: its own, else that of the scenario."""
        own = next((each.treatment for each in self.arms if each.name == arm), None)
        return self.treatment if own is None else own

    @property
    def treatments(self) -> tuple[Treatment, ...]:
        """Treatments of the arms, each once, in their order; that of the scenario where there is no arm."""
        return tuple(dict.fromkeys(self.treatment_of(arm.name) for arm in self.arms)) or (self.treatment,)

    def under(self, treatment: Treatment) -> Self:
        """Arms of one treatment alone, which becomes that of the scenario."""
        arms = tuple(arm for arm in self.arms if self.treatment_of(arm.name) == treatment)
        return self.model_copy(update={"treatment": treatment, "arms": arms})

    def of_patient(self, **values: float | bool) -> Self:
        """The same scenario for another patient of the spread: values of `[uncertainty]`."""
        return self.model_copy(update={"uncertainty": self.uncertainty.model_copy(update=values)})

    @field_validator("arms")
    @classmethod
    def _arms_have_names_of_their_own(cls, arms: tuple[Arm, ...]) -> tuple[Arm, ...]:
        names = [arm.name for arm in arms]
        folded = [name.casefold() for name in names]  # files of arms must differ on every system
        for name in names:
            if name.casefold() == "intact":
                message = f"found an arm {name!r}, expected another name: that one is always computed. Rename the arm."
                raise ValueError(message)
            if folded.count(name.casefold()) > 1:
                message = (
                    f"found arm {name!r} twice (small and capital letters count alike), expected a name of its own for "
                    "each arm. Rename one."
                )
                raise ValueError(message)
        return arms

    @model_validator(mode="after")
    def _images_belong_to_anatomies_with_a_place(self) -> Self:
        image, anatomy, fracture = self.bone.density_image, self.mesh.anatomy, self.fracture
        if image is not None and self.mesh.parametric is not None:
            message = (
                "found bone.density_image with mesh.parametric, expected an anatomy that lies in the image: "
                "mesh.image, "
                "mesh.surface or mesh.file. Take one of them, or state bone.density_qct_mg_cm3."
            )
            raise ValueError(message)
        own = self.mesh.image.file if self.mesh.image is not None else None
        if image is not None and image.file is None and own is None:
            message = (
                "found bone.density_image and no image, expected mesh.image.file or bone.density_image.file. Name "
                "it."
            )
            raise ValueError(message)
        if image is not None and self.bone.distribution is not None:
            message = (
                "found bone.distribution with bone.density_image, which says where bone is dense; expected one of "
                "them. "
                "Remove bone.distribution."
            )
            raise ValueError(message)
        if fracture is not None and fracture.type == "existing" and self.mesh.parametric is not None:
            message = (
                f'found fracture.type = "existing" with {anatomy.key}, a drawn body, expected mesh.image, '
                f"mesh.surface or "
                "mesh.file. Take one of them, or a fracture of another type."
            )
            raise ValueError(message)
        if fracture is not None and fracture.band_label is not None and self.mesh.image is None:
            message = "found fracture.band_label without mesh.image, expected a mask that holds it. Remove band_label."
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _a_procedure_suits_the_body(self) -> Self:
        for arm in self.arms:
            procedure = None if arm.cement is None else arm.cement.procedure
            if procedure == "prophylactic" and self.fracture is not None:
                message = (
                    f'found arms.{arm.name}.cement.procedure = "prophylactic" with a fracture, expected a body '
                    'without one. Take "vertebroplasty", or leave [fracture] out (type = "none").'
                )
                raise ValueError(message)
            if procedure == "kyphoplasty" and self.fracture is None:
                message = (
                    f'found arms.{arm.name}.cement.procedure = "kyphoplasty" without a fracture, expected one: no '
                    'height is lost. Take "prophylactic", or add [fracture].'
                )
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _voxels_bring_their_density_and_caps(self) -> Self:
        marked = self.mesh.image
        if marked is None or marked.method != "voxels":
            return self
        if self.bone.density_image is None:
            message = (
                'found mesh.image.method = "voxels" and a stated density, expected bone.density_image: voxels hold '
                'what shell and endplates carry. Name the image, or take method = "fit".'
            )
            raise ValueError(message)
        if marked.cap_labels is not None and self.loading.ends != "pmma_caps":
            message = (
                f'found mesh.image.cap_labels with loading.ends = "{self.loading.ends}", expected "pmma_caps". Set it, '
                "or remove cap_labels."
            )
            raise ValueError(message)
        return self

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
        own = {f"arms.{arm.name}.treatment": arm.treatment for arm in self.arms if arm.treatment}
        for key, treatment in ({"treatment": self.treatment} | own).items():
            last = self.healing.days[-1]
            if treatment.from_day > last:
                message = (
                    f"found {key}.from_day = {treatment.from_day}, expected at most {last}, the last of healing.days. "
                    "Begin earlier or add a later day."
                )
                raise ValueError(message)
        return self

    @model_validator(mode="before")
    @classmethod
    def _discs_let_endplates_bend(cls, given: Any) -> Any:
        """Take sections between discs, where endplates do not move with the platens as the weakest surface has it."""
        if not isinstance(given, dict):
            return given
        loading, capacity = given.get("loading", {}), given.get("capacity", {})
        if not (isinstance(loading, dict) and isinstance(capacity, dict)) or loading.get("ends") != "discs":
            return given
        if capacity.get("rule", "section") == "surface":
            message = (
                'found capacity.rule = "surface" with loading.ends = "discs", expected "section": the weakest surface '
                "takes endplates that move with stiff platens. Take that rule or other ends."
            )
            raise ValueError(message)
        return given | {"capacity": {"rule": "section"} | capacity}

    @model_validator(mode="after")
    def _discs_are_modelled_so_far(self) -> Self:
        if self.loading.ends == "discs" and self.mesh.order == 1:
            message = (
                'found loading.ends = "discs" with mesh.order = 1, expected order 2: a disc hardly changes its '
                "volume, and 4-node tetrahedra lock there. Set mesh.order = 2 or choose other ends."
            )
            raise ValueError(message)
        if self.loading.ends == "discs" and self.capacity.interaction == "tested":
            message = (
                'found capacity.interaction = "tested" with loading.ends = "discs", expected "sections" or "off": '
                "off the axis, tests between discs have no end that is known to be fair. Choose one, or other ends."
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _neighbours_stand_beyond_a_disc(self) -> Self:
        if self.neighbours.beside == "none":
            return self
        if self.mesh.order == 1:
            message = (
                f"found neighbours.beside = {self.neighbours.beside!r} with mesh.order = 1, expected order 2: the "
                "nucleus of the disc hardly changes its volume, and 4-node tetrahedra lock there. Set mesh.order = 2 "
                'or neighbours.beside = "none".'
            )
            raise ValueError(message)
        if self.bone.anisotropy != "none":
            message = (
                f"found bone.anisotropy = {self.bone.anisotropy!r} with neighbours.beside = "
                f"{self.neighbours.beside!r}, expected bone without a direction: beside a disc the anulus is the one "
                'material with a direction. Set bone.anisotropy = "none" or neighbours.beside = "none".'
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _union_emerges_under_strain(self) -> Self:
        if not self.uncertainty.unites and self.healing.law != "kinetic":
            message = (
                f"found uncertainty.unites = false with healing.law = {self.healing.law!r}, expected the law kinetic: "
                "under the others union follows from strain or from the given curve. Change the law or remove the key."
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _a_total_band_is_that_of_a_fracture_that_heals(self) -> Self:
        asked = self.uncertainty
        if asked.total == "on" and (
            self.healing.law != "kinetic" or self.fracture is None or not asked.is_median
        ):
            found = "no fracture" if self.fracture is None else f"healing.law = {self.healing.law!r}"
            found = found if self.fracture is None or self.healing.law != "kinetic" else "a single patient"
            message = (
                f'found uncertainty.total = "on" with {found}, expected a fracture that heals by the law kinetic in '
                'the median patient. Change that, or set uncertainty.total = "off".'
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _phases_begin_in_time(self) -> Self:
        last, late = self.healing.days[-1], self.loading.phases[-1].from_day
        if late > last:
            message = (
                f"found loading.phases with from_day {late}, expected at most {last}, the last of healing.days. "
                "Remove the phase or add a later day."
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _a_brace_that_is_worn_is_prescribed(self) -> Self:
        worn = self.patient.brace_adherence
        if worn is not None and not any(phase.brace for phase in self.loading.phases):
            message = (
                f"found patient.brace_adherence = {worn:g} and no phase with a brace, expected loading.phases with "
                "brace = true: adherence changes no other number. Add it to a phase or remove brace_adherence."
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _the_follow_up_lies_within_the_course(self) -> Self:
        last = self.healing.days[-1]
        for week in self.output.follow_up_weeks or ():
            if 7 * week > last:
                message = (
                    f"found output.follow_up_weeks with week {week}, day {7 * week}, expected at most day {last}, the "
                    "last of healing.days. Remove the week or add a later day."
                )
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _days_that_are_picked_are_computed(self) -> Self:
        computed = {*self.healing.days} | {arm.cement.day for arm in self.arms if arm.cement}
        picked = {
            "output.days": self.output.days,
            "capacity.virtual_test_days": self.capacity.virtual_test_days,
        }
        for key, days in picked.items():
            for day in days or ():
                if day not in computed:
                    message = (
                        f"found {key} with day {day}, expected days of healing.days or of an injection. "
                        "Add it there or leave it out."
                    )
                    raise ValueError(message)
        return self

    @model_validator(mode="before")
    @classmethod
    def _bone_with_a_direction_is_not_tested_unasked(cls, given: Any) -> Any:
        """Switch the elastic-plastic test off where bone has a direction and nothing is said about the test."""
        if not isinstance(given, dict):
            return given
        bone, capacity = given.get("bone"), given.get("capacity", {})
        directed = isinstance(bone, dict) and bone.get("anisotropy", "none") != "none"
        if directed and isinstance(capacity, dict):
            return {**given, "capacity": {"virtual_test": "off"} | capacity}
        return given

    @model_validator(mode="after")
    def _the_virtual_test_presses_isotropic_bone(self) -> Self:
        capacity = self.capacity
        presses = {
            "virtual_test": capacity.virtual_test == "all"
            or (capacity.virtual_test == "cemented" and any(arm.cement for arm in self.arms)),
            "interaction": capacity.interaction == "tested",
        }
        for key, instead in (("virtual_test", "off"), ("interaction", "sections")):
            if presses[key] and self.bone.anisotropy != "none":
                message = (
                    f"found bone.anisotropy = {self.bone.anisotropy!r} and capacity.{key} = "
                    f"{getattr(capacity, key)!r}, expected {instead!r} with bone that has a direction: the "
                    "elastic-plastic test knows isotropic elasticity only. "
                    f'Set capacity.{key} = "{instead}", or bone.anisotropy = "none".'
                )
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _criteria_of_strain_read_isotropic_bone(self) -> Self:
        criterion = self.capacity.criterion
        if self.bone.anisotropy != "none" and criterion in STRAIN_CRITERIA:
            message = (
                f"found bone.anisotropy = {self.bone.anisotropy!r} and capacity.criterion = {criterion!r}, expected a "
                "criterion of stress: strain is read from stress by isotropic elasticity. Choose box."
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _days_of_the_virtual_test_have_an_arm(self) -> Self:
        capacity = self.capacity
        if capacity.virtual_test_days and capacity.virtual_test == "cemented":
            if not any(arm.cement for arm in self.arms):
                message = (
                    "found capacity.virtual_test_days and no arm with cement, expected one, or "
                    'capacity.virtual_test = "all". Set that, or remove the days.'
                )
                raise ValueError(message)
        return self


def _plain(value: Any) -> Any:
    """Value as TOML would give it: lists for tuples, text for paths, Python numbers for numpy's."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    return value.tolist() if hasattr(value, "tolist") else value
