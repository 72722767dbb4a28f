"""What tables of a scenario demand of each other: rules that no table can check alone."""
