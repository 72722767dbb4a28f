"""How much load a fractured vertebra bears, week after week, while it heals, and what cement changes.

The face of the package; everything behind it is loaded when it is first used::

    import vertebra

    scenario = vertebra.read_scenario("main").with_values({"mesh.parametric.edge_mm": 4})
    result = vertebra.run(scenario)
    result.capacity

Units are mm, N and MPa; days count from the fracture; axes are RAS.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vertebra.courses.vertebra import Vertebra
    from vertebra.fem.multigrid.krylov import NotConverged
    from vertebra.fem.solve import Elasticity
    from vertebra.scenarios.reading import ScenarioError, read_scenario
    from vertebra.scenarios.schema import Scenario
    from vertebra.studies.result import Result, open_result
    from vertebra.studies.run import run
    from vertebra.studies.sweep.sweeping import sweep

_FACE = {
    "Elasticity": "fem.solve",
    "NotConverged": "fem.multigrid.krylov",
    "Result": "studies.result",
    "Scenario": "scenarios.schema",
    "ScenarioError": "scenarios.reading",
    "Vertebra": "courses.vertebra",
    "open_result": "studies.result",
    "read_scenario": "scenarios.reading",
    "run": "studies.run",
    "sweep": "studies.sweep.sweeping",
}
_ROOMS = ("checks", "fem", "loads", "materials", "meshes", "scenarios")
"""Rooms that may be reached as attributes without an import of their own."""

__all__ = [
    "Elasticity",
    "NotConverged",
    "Result",
    "Scenario",
    "ScenarioError",
    "Vertebra",
    "open_result",
    "read_scenario",
    "run",
    "sweep",
]


def __getattr__(name: str) -> Any:
    if name in _FACE:
        return getattr(import_module(f"{__name__}.{_FACE[name]}"), name)
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    if name == "__version__":
        from importlib.metadata import version

        return version("vertebra")
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])
