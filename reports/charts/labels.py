"""Places of labels beside the ends of curves: as near as they can be without covering each other."""

from collections.abc import Sequence


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move places apart until neighbours are `gap` from each other, within the ends where there is room.

    Parameters
    ----------
    wanted : sequence of float
        Where each would like to be, in any order.
    gap : float
    low, high : float
        Ends of the room.

    Returns
    -------
    list of float
        In the order of `wanted`; neighbours keep their order.
    """
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    groups: list[
        tuple[float, list[int]]
    ] = []  # the lowest place of a group that stands gap by gap, and its members
    for number in order:
        groups.append((_clipped(wanted[number], 0.0, low, high), [number]))
        while len(groups) > 1 and groups[-2][0] + gap * len(groups[-2][1]) > groups[-1][0]:
            (_, above), (_, before) = groups.pop(), groups.pop()
            members = [*before, *above]
            mean = sum(wanted[each] - gap * place for place, each in enumerate(members)) / len(members)
            groups.append((_clipped(mean, gap * (len(members) - 1), low, high), members))
    places = [0.0] * len(wanted)
    for begin, members in groups:
        for place, number in enumerate(members):
            places[number] = begin + gap * place
    return places


def _clipped(begin: float, length: float, low: float, high: float) -> float:
    return max(low, min(begin, high - length))
