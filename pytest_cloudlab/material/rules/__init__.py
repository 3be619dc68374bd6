"""One module for each thing that is wrong with a page; all of them are loaded when the gate runs."""
