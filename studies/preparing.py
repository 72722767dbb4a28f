"""The vertebra of a scenario, meshed and found fit to be computed, before anything is solved or written."""

from collections.abc import Callable

from vertebra.courses.law import check_law
from vertebra.courses.vertebra import Vertebra
from vertebra.scenarios.error import ScenarioError
from vertebra.scenarios.schema import Scenario


def prepare(
    scenario: Scenario, where: str = "", build: Callable[[Scenario], Vertebra] = Vertebra.of
) -> Vertebra:
    """Mesh a scenario.

    Parameters
    ----------
    scenario : Scenario
    where : str
        What to say behind the name of the file in a refusal, such as the edge length of a study.
    build : callable
        How it is meshed.

    Returns
    -------
    Vertebra

    Raises
    ------
    ScenarioError
        The anatomy cannot be built as asked; the message names file and key.
    """
    try:
        vertebra = build(scenario)
        check_law(vertebra)
    except (ValueError, OSError) as error:
        message = f"{scenario.file or scenario.name}{where}: {error}"
        raise ScenarioError(message) from error
    return vertebra
