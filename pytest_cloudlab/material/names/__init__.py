"""Names that have to agree along a page: files, images, machines, ports."""
