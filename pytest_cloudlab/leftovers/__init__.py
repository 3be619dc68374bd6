"""What a lab's members left in the cloud, what it costs, and its removal."""
