"""Loads of a patient's days on a vertebra, in newtons."""
