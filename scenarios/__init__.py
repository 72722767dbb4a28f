"""What is computed: the only room where the others meet."""
