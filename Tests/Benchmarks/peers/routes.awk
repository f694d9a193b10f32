# What jq wrote: route, status, milliseconds. Requests, errors and mean of each route.
BEGIN { FS = "\t" }
{ requests[$1]++; errors[$1] += $2 >= 500; milliseconds[$1] += $3 }
END { for (route in requests) print route, requests[route], errors[route] + 0, milliseconds[route] / requests[route] }
