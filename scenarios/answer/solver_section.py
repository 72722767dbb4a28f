"""The table of the scenario file about the linear systems."""

from typing import Literal

from pydantic import Field

from ..section import Section


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
