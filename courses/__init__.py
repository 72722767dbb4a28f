"""The days of a vertebra in order: planned, healed, solved."""
