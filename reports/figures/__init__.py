"""Reading what reports add up: like reports.queries, but per budget line, account, year, person, RT and kecamatan.

Every function wants trainings that are already scoped with `visible_to(user)` and asks a fixed number of queries.
"""
