"""The vertebra of a scenario in time: put on a day and an arm, and asked."""

from dataclasses import dataclass, replace

from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.vertebra_model import VertebraModel

from .memory import Memory
from .plan import INTACT, arm_days, plan
from .solving import solve_tasks


@dataclass(frozen=True, eq=False)
class Vertebra(VertebraModel):
    """A vertebra that can be put on a day of one of its arms.

    Examples
    --------
    >>> import vertebra
    >>> scenario = vertebra.read_scenario("crush").with_values({"mesh.order": 1})
    >>> body = vertebra.Vertebra.of(scenario)
    >>> fresh = body.on(day=0, arm="conservative")
    >>> bool(fresh.capacity < body.intact().capacity)
    True
    """

    def on(self, day: int, arm: str) -> LoadedVertebra:
        """The vertebra of an arm on a day, healed and treated until then.

        Parameters
        ----------
        day : int [d]
            From 0 on; it need not be one of the scenario's days.
        arm : str
            One of the scenario's arms, or `intact`.

        Returns
        -------
        LoadedVertebra

        Raises
        ------
        ValueError
            There is no such arm, or the day lies before the fracture.
        NotConverged
        """
        if arm == INTACT.name:
            return self.intact()
        names = [each.name for each in self.scenario.arms]
        if arm not in names:
            message = (
                f"arm {arm!r} is not in the scenario: expected one of {', '.join([INTACT.name, *names])}."
            )
            raise ValueError(message)
        if day < 0:
            message = f"day {day} lies before the fracture: expected 0 or a later day."
            raise ValueError(message)
        scenario = self.scenario
        walked = scenario.collapses or scenario.healing.law == "mechanoregulation"
        listed = arm_days(scenario)[arm] if walked else ()  # a walk steps from day to day
        days = {0, day} | {each for each in listed if each < day}
        healing = scenario.healing.model_copy(update={"days": tuple(sorted(days))})
        arms = tuple(
            each.model_copy(update={"cement": None}) if each.cement and each.cement.day > day else each
            for each in self.scenario.arms
            if each.name == arm
        )
        asked = replace(self, scenario=self.scenario.model_copy(update={"healing": healing, "arms": arms}))
        (task,) = (task for task in plan(asked.scenario) if task.day == day)
        found: list[LoadedVertebra] = []
        memory = Memory(task)
        solve_tasks(asked, plan(asked.scenario), memory, lambda _, stand, loaded, state: found.append(loaded))
        return replace(found[-1], scenario=self.scenario)
