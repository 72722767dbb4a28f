"""What is known from theory and from observation, beside what is computed here and now."""
