"""Properties that are computed once, in any thread."""

import threading

from vertebra.models.computed import computed


class Body:
    """Counts how often it has been measured."""

    def __init__(self, meet=None):
        self.times, self.meet = 0, meet

    @computed
    def mass(self):
        """Mass of the body [t]."""
        self.times += 1
        if self.meet is not None:
            self.meet.wait()
        return [2.0]


def test_a_value_is_computed_once_and_kept():
    body = Body()
    assert body.mass is body.mass
    assert body.times == 1
    assert Body.mass.__doc__ == "Mass of the body [t]."


def test_objects_do_not_wait_for_each_other():
    meet = threading.Barrier(2, timeout=20)
    bodies = [Body(meet), Body(meet)]
    threads = [threading.Thread(target=lambda body=body: body.mass) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not meet.broken
    assert [body.times for body in bodies] == [1, 1]
