"""Measures the judging: corpora with labels, precision and recall, calibration, back-tests.

It stands above `enforcement` because it runs the very same engine as the gate. To measure something
new, write a function from judged notebooks to figures with intervals, and a column in its report.
"""
