"""Says what was found in a file, and why it matters: for people and for programs.

`explain` turns a verdict into one explanation a rule; `text`, `json_lines` and `sarif` write those
out for `colonnade scan`, and the page *Check this notebook* shows the same. To add a form, write a
class with the three methods of `reports.Report` and name it there.
"""
