"""Arms with names of their own, procedures that suit the body, and treatments that begin within the course."""

from collections.abc import Sequence

from ..anatomy_section import Fracture
from ..healing_section import Arm, Healing, Treatment


def check_names(arms: Sequence[Arm]) -> None:
    """Refuse names that belong to another arm.

    Raises
    ------
    ValueError
    """
    names = [arm.name for arm in arms]
    folded = [name.casefold() for name in names]  # files of arms must differ on every system
    for name in names:
        if name.casefold() == "intact":
            message = (
                f"found an arm {name!r}, expected another name: that one is always computed. Rename the arm."
            )
            raise ValueError(message)
        if folded.count(name.casefold()) > 1:
            message = (
                f"found arm {name!r} twice (small and capital letters count alike), expected a name of its own for "
                "each arm. Rename one."
            )
            raise ValueError(message)


def check_procedures(arms: Sequence[Arm], fracture: Fracture | None) -> None:
    """Refuse prophylactic cement in a broken body, and a kyphoplasty in one that has lost no height.

    Raises
    ------
    ValueError
    """
    for arm in arms:
        procedure = None if arm.cement is None else arm.cement.procedure
        if procedure == "prophylactic" and fracture is not None:
            message = (
                f'found arms.{arm.name}.cement.procedure = "prophylactic" with a fracture, expected a body '
                'without one. Take "vertebroplasty", or leave [fracture] out (type = "none").'
            )
            raise ValueError(message)
        if procedure == "kyphoplasty" and fracture is None:
            message = (
                f'found arms.{arm.name}.cement.procedure = "kyphoplasty" without a fracture, expected one: no '
                'height is lost. Take "prophylactic", or add [fracture].'
            )
            raise ValueError(message)


def check_treatments(
    arms: Sequence[Arm], fracture: Fracture | None, treatment: Treatment, healing: Healing
) -> None:
    """Refuse a fracture without an arm, and cement or drugs that come after the last day.

    Raises
    ------
    ValueError
    """
    if fracture is not None and not arms:
        message = (
            'found a fracture and no arm, expected at least one. Add [[arms]] with name = "conservative".'
        )
        raise ValueError(message)
    last = healing.days[-1]
    for arm in arms:
        if arm.cement is not None and arm.cement.day > last:
            message = (
                f"found arms.{arm.name}.cement.day = {arm.cement.day}, expected at most {last}, the last of "
                "healing.days. Inject earlier or add a later day."
            )
            raise ValueError(message)
    own = {f"arms.{arm.name}.treatment": arm.treatment for arm in arms if arm.treatment}
    for key, given in ({"treatment": treatment} | own).items():
        if given.from_day > last:
            message = (
                f"found {key}.from_day = {given.from_day}, expected at most {last}, the last of healing.days. "
                "Begin earlier or add a later day."
            )
            raise ValueError(message)
