"""Commands that pages tell students to type, taken apart as a shell would."""
