"""Results of former runs, taken again when everything that can change them is as it was."""
