"""Stock JupyterLab: one page, one set of static files, and each person's own settings.

`Lab` holds what is the same for everybody, made once at first use; nothing is kept in memory for a
person. What a person changed lies in the database (`preferences`).
"""
