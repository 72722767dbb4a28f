"""When material fails: criteria, and the constants of the rules of capacity."""
