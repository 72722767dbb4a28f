"""The table of the scenario file about the spread between patients."""

from typing import Literal

from pydantic import Field

from ..section import Section


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
