"""What is computed: the room where anatomy, materials and mechanics meet."""
