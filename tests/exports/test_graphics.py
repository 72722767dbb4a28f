"""What is said where a machine cannot draw in 3-D."""

import pytest

from vertebra.exports import graphics


@pytest.fixture(autouse=True)
def _each_trial_is_new():
    graphics._what_fails.cache_clear()
    yield
    graphics._what_fails.cache_clear()


@pytest.mark.parametrize("trial", ["import os; os.kill(os.getpid(), 11)", "raise SystemExit(1)"])
def test_a_trial_that_dies_is_told_with_the_package_to_install(monkeypatch, trial):
    monkeypatch.setattr(graphics, "_TRIAL", trial)
    with pytest.raises(graphics.MissingGraphicsError, match=r"libegl1 .*vertebra view") as said:
        graphics.require_graphics()
    assert "ended with status" in str(said.value)


def test_a_trial_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(graphics, "_TRIAL", "import time; time.sleep(60)")
    monkeypatch.setattr(graphics, "_LONGEST_S", 0.5)
    with pytest.raises(graphics.MissingGraphicsError, match=r"within 0\.5 s"):
        graphics.require_graphics()


def test_a_trial_that_draws_says_nothing(monkeypatch):
    monkeypatch.setattr(graphics, "_TRIAL", "pass")
    graphics.require_graphics()
