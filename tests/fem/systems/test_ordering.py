import numpy as np
import pytest

from vertebra.fem.systems.constraints import read_mesh
from vertebra.fem.systems.ordering import order_nodes
from vertebra.meshes.shapes import box


def breadth_first(cells, seeds):
    """Nodes from each seed on, and the part of each, as a textbook has it."""
    queue, part = [], {}
    for seed in seeds:
        if seed in part:
            continue
        part[seed] = max(part.values(), default=-1) + 1
        waiting = [seed]
        while waiting:
            node = waiting.pop(0)
            queue.append(node)
            for cell in cells[(cells == node).any(axis=1)]:
                for other in cell:
                    if other not in part:
                        part[other] = part[node]
                        waiting.append(other)
    return queue, part


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("n_parts", [1, 2])
def test_nodes_are_numbered_breadth_first_with_held_ones_last(order, n_parts):
    points, cells = read_mesh(*box((1.0, 1.0, 2.0), (2, 1, 2), order))
    if n_parts == 2:
        points = np.concatenate([points, points + 5.0])
        cells = np.concatenate([cells, cells + len(points) // 2])
    fixed = np.zeros(len(points), bool)
    fixed[np.random.default_rng(0).integers(len(points), size=7)] = True
    found = order_nodes(points, cells, fixed)

    queue, part = breadth_first(cells, np.argsort(points[:, 2], kind="stable"))
    expected = [node for node in queue if not fixed[node]] + [node for node in queue if fixed[node]]
    assert found.n_parts == n_parts
    assert len(set(zip(found.part[queue], [part[node] for node in queue], strict=True))) == n_parts
    if n_parts == 1:  # with several, ties between seeds are open
        np.testing.assert_array_equal(np.argsort(found.number), expected)
    assert found.n_rows == (~fixed).sum()
    np.testing.assert_array_equal(np.sort(found.number), np.arange(len(points)))
    assert (found.number[fixed] >= found.n_rows).all()


@pytest.mark.parametrize("order", [1, 2])
def test_later_neighbours_are_the_pairs_of_rows_that_share_a_cell(order):
    points, cells = read_mesh(*box((1.0, 1.0, 2.0), (2, 1, 2), order))
    fixed = points[:, 2] == 0
    found = order_nodes(points, cells, fixed)
    numbers = found.number[cells]
    pairs = {(i, j) for cell in numbers for i in cell for j in cell if i < j < found.n_rows}
    row = np.repeat(np.arange(found.n_rows), np.diff(found.start))
    listed = list(zip(row, found.later, strict=True))
    assert len(listed) == len(set(listed))
    assert set(listed) == pairs
