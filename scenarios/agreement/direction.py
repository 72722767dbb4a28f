"""Bone with a direction, and what knows isotropic elasticity only: elastic-plastic tests and criteria of strain."""

from collections.abc import Sequence
from typing import Any

from vertebra.materials.failure.criteria import STRAIN_CRITERIA

from ..anatomy_section import Bone
from ..healing_section import Arm
from ..loading_section import Capacity


def without_unasked_test(given: Any) -> Any:
    """Switch the elastic-plastic test off where bone has a direction and nothing is said about the test.

    Parameters
    ----------
    given : object
        A scenario before it is checked, not yet known to be tables.

    Returns
    -------
    object
    """
    if not isinstance(given, dict):
        return given
    bone, capacity = given.get("bone"), given.get("capacity", {})
    directed = isinstance(bone, dict) and bone.get("anisotropy", "none") != "none"
    if directed and isinstance(capacity, dict):
        return {**given, "capacity": {"virtual_test": "off"} | capacity}
    return given


def check_tests(capacity: Capacity, bone: Bone, arms: Sequence[Arm]) -> None:
    """Refuse elastic-plastic tests of bone with a direction.

    Raises
    ------
    ValueError
    """
    presses = {
        "virtual_test": capacity.virtual_test == "all"
        or (capacity.virtual_test == "cemented" and any(arm.cement for arm in arms)),
        "interaction": capacity.interaction == "tested",
    }
    for key, instead in (("virtual_test", "off"), ("interaction", "sections")):
        if presses[key] and bone.anisotropy != "none":
            message = (
                f"found bone.anisotropy = {bone.anisotropy!r} and capacity.{key} = "
                f"{getattr(capacity, key)!r}, expected {instead!r} with bone that has a direction: the "
                "elastic-plastic test knows isotropic elasticity only. "
                f'Set capacity.{key} = "{instead}", or bone.anisotropy = "none".'
            )
            raise ValueError(message)


def check_criterion(capacity: Capacity, bone: Bone) -> None:
    """Refuse criteria that read strain from stress in bone with a direction.

    Raises
    ------
    ValueError
    """
    if bone.anisotropy != "none" and capacity.criterion in STRAIN_CRITERIA:
        message = (
            f"found bone.anisotropy = {bone.anisotropy!r} and capacity.criterion = {capacity.criterion!r}, expected "
            "a criterion of stress: strain is read from stress by isotropic elasticity. Choose box."
        )
        raise ValueError(message)
