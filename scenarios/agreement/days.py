"""Days that are asked for, within the course and among those that are computed."""

from collections.abc import Sequence

from ..answer.output_section import Output
from ..healing_section import Arm, Healing
from ..loading_section import Capacity, Loading
from ..patient_section import Patient


def check_phases(loading: Loading, healing: Healing) -> None:
    """Refuse a phase of rehabilitation that begins after the last day.

    Raises
    ------
    ValueError
    """
    last, late = healing.days[-1], loading.phases[-1].from_day
    if late > last:
        message = (
            f"found loading.phases with from_day {late}, expected at most {last}, the last of healing.days. "
            "Remove the phase or add a later day."
        )
        raise ValueError(message)


def check_brace(loading: Loading, patient: Patient) -> None:
    """Refuse adherence to a brace that no phase prescribes.

    Raises
    ------
    ValueError
    """
    worn = patient.brace_adherence
    if worn is not None and not any(phase.brace for phase in loading.phases):
        message = (
            f"found patient.brace_adherence = {worn:g} and no phase with a brace, expected loading.phases with "
            "brace = true: adherence changes no other number. Add it to a phase or remove brace_adherence."
        )
        raise ValueError(message)


def check_follow_up(output: Output, healing: Healing) -> None:
    """Refuse visits after the last day.

    Raises
    ------
    ValueError
    """
    last = healing.days[-1]
    for week in output.follow_up_weeks or ():
        if 7 * week > last:
            message = (
                f"found output.follow_up_weeks with week {week}, day {7 * week}, expected at most day {last}, the "
                "last of healing.days. Remove the week or add a later day."
            )
            raise ValueError(message)


def check_picked_days(output: Output, capacity: Capacity, healing: Healing, arms: Sequence[Arm]) -> None:
    """Refuse days of fields or tests that are not computed.

    Raises
    ------
    ValueError
    """
    computed = {*healing.days} | {arm.cement.day for arm in arms if arm.cement}
    picked = {"output.days": output.days, "capacity.virtual_test_days": capacity.virtual_test_days}
    for key, days in picked.items():
        for day in days or ():
            if day not in computed:
                message = (
                    f"found {key} with day {day}, expected days of healing.days or of an injection. "
                    "Add it there or leave it out."
                )
                raise ValueError(message)


def check_days_of_tests(capacity: Capacity, arms: Sequence[Arm]) -> None:
    """Refuse days of tests in arms with cement where there is no such arm.

    Raises
    ------
    ValueError
    """
    if capacity.virtual_test_days and capacity.virtual_test == "cemented":
        if not any(arm.cement for arm in arms):
            message = (
                "found capacity.virtual_test_days and no arm with cement, expected one, or "
                'capacity.virtual_test = "all". Set that, or remove the days.'
            )
            raise ValueError(message)
