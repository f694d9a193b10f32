"""DuckDB on one thread: requests, errors and the 95th percentile of each route. usage: duckdb_routes.py LOG"""

import json
import sys

import duckdb

QUESTION = """
select route, count(*), count(*) filter (status >= 500), quantile_cont(duration_ms, 0.95)
from read_json(?, format = 'newline_delimited', columns = {route: 'varchar', status: 'int', duration_ms: 'double'})
group by route"""

connection = duckdb.connect(config={"threads": 1})
rows = connection.execute(QUESTION, [sys.argv[1]]).fetchall()
print(json.dumps({route: [requests, errors] for route, requests, errors, _ in rows}))
