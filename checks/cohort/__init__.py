"""The virtual cohort: vertebrae that differ in everything, by criteria and by the elastic-plastic test."""
