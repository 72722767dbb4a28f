"""The one exception for wrong input."""


class ScenarioError(ValueError):
    """The input is wrong: names file and key, what was found, what is expected, and the next step."""
