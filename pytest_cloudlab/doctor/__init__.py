"""What a machine has of what a lab needs, and one line to mend each thing that is missing."""
