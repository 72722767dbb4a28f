"""What every benchmark shares: processes, clocks, the machine and tables."""
