"""What a course's labs expect of its pages."""
