"""What every room may use: clock, ids, errors, settings, log, metrics, database and HTTP manners.

Nothing here knows what Colonnade is about. A part belongs here only once two rooms need it.
"""
