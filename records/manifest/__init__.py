"""What a result notes about itself: its inputs, versions and machine, its sources."""
