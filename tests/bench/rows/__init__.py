"""One file for each group of rows that are measured together.

Each has `NAME` and `SUMMARY` for the command line; `measure(stand, results)`, which returns its figures as JSON has them and may
read what the groups before it have measured; and `rows(figures)`, which makes the lines of the table from them.
"""
