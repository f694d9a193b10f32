"""DuckDB on two threads: the 95th percentile of each route in two logs. usage: duckdb_weeks.py BEFORE AFTER"""

import json
import sys

import duckdb

QUESTION = """
select route, count(*), quantile_disc(duration_ms, 0.95) filter (status < 500)
from read_json(?, format = 'newline_delimited', columns = {route: 'varchar', status: 'int', duration_ms: 'double'})
group by route"""

connection = duckdb.connect(config={"threads": 2})
sides = [connection.execute(QUESTION, [log]).fetchall() for log in sys.argv[1:]]
print(json.dumps({
    "requests": sum(count for rows in sides for _, count, _ in rows),
    "p95_ms": [{route: milliseconds for route, _, milliseconds in rows} for rows in sides]}))
