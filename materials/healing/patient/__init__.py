"""The patient: factors on healing, odds of non-union, the cohort they come from."""
