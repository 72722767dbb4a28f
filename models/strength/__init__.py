"""What a vertebra bears: criteria on a linear solution, limit analysis, elastic-plastic tests."""
