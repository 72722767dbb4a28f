"""What a study file may say: every key with its meaning, range and default."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from vertebra.scenarios.section import Section, whole

MOST_CASES = 10_000

Key = Annotated[str, Field(min_length=1, max_length=200)]
_NEEDED = {
    "uniform": ("low", "high"),
    "log_uniform": ("low", "high"),
    "normal": ("mean", "sd"),
    "log_normal": ("median", "spread"),
    "triangular": ("low", "mode", "high"),
}
_ALLOWED = {name: {*needed, "low", "high"} for name, needed in _NEEDED.items()}


def _number_or_word(value: Any) -> Any:
    """Refuse in one sentence what is neither of the words nor a number of cases."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if value in ("auto", "all") or (is_number and 2 <= value <= MOST_CASES):
        return value
    found = f"{value!r}" if isinstance(value, str) else str(value).lower()
    message = (
        f"found {found}, expected 'auto', 'all' or a whole number from 2 to {MOST_CASES}. Correct the value."
    )
    raise ValueError(message)


class Distribution(Section):
    """How the values of a parameter are distributed."""

    kind: Literal["uniform", "log_uniform", "normal", "log_normal", "triangular"] = Field(
        description="uniform and log_uniform between low and high; normal by mean and sd; log_normal by median and "
        "spread; triangular by low, mode and high. low and high cut normal and log_normal"
    )
    low: float | None = Field(default=None, description="Smallest value")
    high: float | None = Field(default=None, description="Largest value")
    mean: float | None = Field(default=None, description="Mean of a normal distribution, before it is cut")
    sd: float | None = Field(default=None, gt=0, description="Standard deviation of a normal distribution")
    median: float | None = Field(default=None, gt=0, description="Median of a log-normal distribution")
    spread: float | None = Field(
        default=None, gt=0, le=3, description="Standard deviation of the natural logarithm, log_normal only"
    )
    mode: float | None = Field(default=None, description="Most likely value of a triangular distribution")

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        given = {
            name for name in type(self).model_fields if name != "kind" and getattr(self, name) is not None
        }
        missing = [name for name in _NEEDED[self.kind] if name not in given]
        if missing:
            needed = ", ".join(_NEEDED[self.kind])
            message = f"found kind {self.kind!r} without {missing[0]}, expected {needed}. Add it."
            raise ValueError(message)
        foreign = sorted(given - _ALLOWED[self.kind])
        if foreign:
            message = (
                f"found {foreign[0]} with kind {self.kind!r}, expected {', '.join(sorted(_ALLOWED[self.kind]))}. "
                "Remove it or take another kind."
            )
            raise ValueError(message)
        if self.low is not None and self.high is not None and self.low >= self.high:
            message = f"found low {self.low:g} and high {self.high:g}, expected low below high. Swap or correct them."
            raise ValueError(message)
        if self.kind == "log_uniform" and self.low is not None and self.low <= 0:
            message = f"found low {self.low:g}, expected a number above 0 for log_uniform. Correct it or take uniform."
            raise ValueError(message)
        if self.kind == "triangular" and not (self.low or 0) <= (self.mode or 0) <= (self.high or 0):
            message = f"found mode {self.mode:g}, expected it between low and high. Correct it."
            raise ValueError(message)
        return self


class Parameter(Section):
    """A key of the scenario that differs between cases, and its values."""

    key: Key = Field(description="Key of the scenario with dots, as for --set; arms are addressed by name")
    values: tuple[Any, ...] | None = Field(
        default=None,
        strict=False,
        min_length=1,
        max_length=MOST_CASES,
        description="Values, one after another",
    )
    distribution: Distribution | None = Field(
        default=None, description="Distribution from which values are sampled; needs a sampling method"
    )
    whole: bool = Field(default=False, description="Whether sampled values are rounded to whole numbers")

    @model_validator(mode="after")
    def _has_values_of_one_kind(self) -> Self:
        if (self.values is None) == (self.distribution is None):
            found = (
                "neither values nor a distribution" if self.values is None else "values and a distribution"
            )
            message = (
                f"found {found}, expected one of them. State `values = [...]` or `distribution = {{...}}`."
            )
            raise ValueError(message)
        return self


class Method(Section):
    """How the values of parameters make cases."""

    kind: Literal["grid", "zip", "latin_hypercube", "sobol"] = Field(
        default="grid",
        description="grid: each value with each; zip: first values together, then second ones; latin_hypercube, "
        "sobol: samples of the distributions, each with every combination of listed values",
    )
    samples: Annotated[int, Field(ge=2, le=MOST_CASES)] | None = Field(
        default=None, description="Number of samples; a power of two for sobol"
    )
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = Field(default=0, description="Seed of the samples")
    full: Annotated[
        Literal["auto", "all"] | Annotated[int, Field(ge=2, le=MOST_CASES)], BeforeValidator(_number_or_word)
    ] = Field(
        default="auto",
        description="Cases that are computed in full, spread over all; the others follow from those that they lie "
        "between by ratios on a coarser mesh, for a small part of the time and without fields. all: every case; auto: "
        "as many as `error` asks for, where more than ten cases differ in one number that leaves the mesh as it is, "
        "else every case",
    )
    error: float = Field(
        default=0.02,
        ge=1e-4,
        le=0.1,
        description="Largest stated relative error of a case that follows from others, with full = auto",
    )

    @property
    def samples_distributions(self) -> bool:
        """Whether values are drawn from distributions."""
        return self.kind in ("latin_hypercube", "sobol")

    @model_validator(mode="after")
    def _samples_fit(self) -> Self:
        if self.samples_distributions != (self.samples is not None):
            found = "no samples" if self.samples is None else f"samples = {self.samples}"
            expected = (
                "a number of them"
                if self.samples is None
                else "none: its cases are those of the listed values"
            )
            message = f"found {found} with kind {self.kind!r}, expected {expected}. Correct [method]."
            raise ValueError(message)
        if self.kind == "sobol" and self.samples is not None and self.samples & (self.samples - 1):
            message = (
                f"found samples = {self.samples}, expected a power of two for sobol, such as "
                f"{1 << (self.samples.bit_length() - 1)} or {1 << self.samples.bit_length()}. Choose one."
            )
            raise ValueError(message)
        return self


class StudyKeys(Section):
    """A study: one scenario, and the values in which its cases differ."""

    schema_: Annotated[Literal[1], BeforeValidator(whole)] = Field(
        alias="schema", description="Version of the file format"
    )
    name: str = Field(min_length=1, max_length=120, description="Title of the joint page")
    base: str = Field(
        min_length=1,
        max_length=1000,
        description="Scenario that the cases start from: the name of a bundled one, or a file, seen from the folder of "
        "the study",
    )
    values: dict[str, Any] = Field(
        default={}, description="Values of the scenario that all cases share, by key as for --set"
    )
    method: Method = Field(default=Method(), description="How the values of parameters make cases")
    parameters: Annotated[tuple[Parameter, ...], Field(strict=False)] = Field(
        default=(), description="Keys that differ between cases, one [[parameters]] each"
    )
    cases: Annotated[tuple[dict[str, Any], ...], Field(strict=False)] = Field(
        default=(),
        max_length=MOST_CASES,
        description="A list of cases in place of parameters, one [[cases]] each with its values by key",
    )

    @model_validator(mode="after")
    def _makes_cases_in_one_way(self) -> Self:
        if bool(self.parameters) == bool(self.cases):
            found = (
                "neither [[parameters]] nor [[cases]]" if not self.cases else "[[parameters]] and [[cases]]"
            )
            message = f"found {found}, expected one of them. State what differs between cases."
            raise ValueError(message)
        keys = [parameter.key for parameter in self.parameters]
        for key in keys:
            if keys.count(key) > 1:
                message = f"found parameter {key!r} twice, expected each key once. Join their values."
                raise ValueError(message)
        distributed = [each.key for each in self.parameters if each.distribution is not None]
        if distributed and not self.method.samples_distributions:
            message = (
                f"found a distribution of {distributed[0]!r} with method {self.method.kind!r}, expected "
                'latin_hypercube or sobol. State [method] with kind = "latin_hypercube" and samples.'
            )
            raise ValueError(message)
        if self.method.samples_distributions and not distributed:
            message = (
                f"found method {self.method.kind!r} and no distribution, expected at least one parameter with one. "
                "Give a parameter `distribution = {...}`, or take the method grid."
            )
            raise ValueError(message)
        return self
