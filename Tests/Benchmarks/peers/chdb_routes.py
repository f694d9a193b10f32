"""ClickHouse's engine on one thread: requests, errors and the 95th percentile of each route. usage: chdb_routes.py LOG"""

import json
import sys

import chdb

QUESTION = f"""
select route, count(), countIf(status >= 500), quantileTDigest(0.95)(duration_ms)
from file('{sys.argv[1]}', JSONEachRow, 'route String, status UInt16, duration_ms Float64')
group by route
settings max_threads = 1, input_format_skip_unknown_fields = 1"""

answer = json.loads(str(chdb.query(QUESTION, "JSONCompact")))
print(json.dumps({row[0]: [int(row[1]), int(row[2])] for row in answer["data"]}))
