"""What a scenario file may say: its tables, and that they agree.

TOML in, frozen values out. Unknown keys are refused. `read_scenario` in `scenarios/reading.py` turns a
file into a `Scenario` and every refusal into one `ScenarioError`.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
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

from .agreement.anatomy import check_collapse, check_density_image, check_fracture, check_voxels
from .agreement.arms import check_names, check_procedures, check_treatments
from .agreement.days import (
    check_brace,
    check_days_of_tests,
    check_follow_up,
    check_phases,
    check_picked_days,
)
from .agreement.direction import check_criterion, check_tests, without_unasked_test
from .agreement.discs import check_discs, check_neighbours, with_sections_between_discs
from .agreement.files import check_files
from .agreement.spread import check_total_band, check_union
from .anatomy_section import Bone, Fracture, Mesh
from .answer.output_section import Output
from .answer.solver_section import Solver
from .answer.uncertainty_section import Uncertainty
from .error import ScenarioError
from .healing_section import Arm, Healing, Treatment
from .imported.shared import files_in
from .loading_section import Capacity, Loading, Neighbours
from .patient_section import Patient
from .refusal import explain
from .replacing import anchor_paths, plain_value, replace_value
from .section import Section, whole


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
        check_files(scenario.mesh, scenario.bone, file)
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
            tables = plain_value(self.model_dump(by_alias=True, exclude_unset=True))
        for key, value in values.items():
            replace_value(tables, key, plain_value(value), f"with_values {key}")
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

    @model_validator(mode="before")
    @classmethod
    def _fill_what_follows_from_other_tables(cls, given: Any) -> Any:
        return with_sections_between_discs(without_unasked_test(given))

    @field_validator("arms")
    @classmethod
    def _arms_have_names_of_their_own(cls, arms: tuple[Arm, ...]) -> tuple[Arm, ...]:
        check_names(arms)
        return arms

    @model_validator(mode="after")
    def _tables_agree(self) -> Self:
        mesh, bone, fracture, arms = self.mesh, self.bone, self.fracture, self.arms
        healing, loading, capacity = self.healing, self.loading, self.capacity
        check_collapse(fracture, healing)
        check_density_image(mesh, bone)
        check_fracture(mesh, fracture)
        check_procedures(arms, fracture)
        check_voxels(mesh, bone, loading)
        check_treatments(arms, fracture, self.treatment, healing)
        check_discs(loading, mesh, capacity)
        check_neighbours(self.neighbours, mesh, bone)
        check_union(self.uncertainty, healing)
        check_total_band(self.uncertainty, healing, fracture)
        check_phases(loading, healing)
        check_brace(loading, self.patient)
        check_follow_up(self.output, healing)
        check_picked_days(self.output, capacity, healing, arms)
        check_tests(capacity, bone, arms)
        check_criterion(capacity, bone)
        check_days_of_tests(capacity, arms)
        return self
