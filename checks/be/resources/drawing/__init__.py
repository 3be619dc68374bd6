"""The mascots' pictures, drawn by code. Lengths are pixels of the finished 320 x 320 picture, y down."""
