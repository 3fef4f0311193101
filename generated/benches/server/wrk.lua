-- Sets the request that wrk sends and prints the result in one line.
-- Arguments: the method and, for POST, the token and the body.

function init(arguments)
  wrk.method = arguments[1]
  if wrk.method == "POST" then
    wrk.headers["Authorization"] = "Bearer " .. arguments[2]
    wrk.headers["Content-Type"] = "application/json"
    wrk.body = arguments[3]
  end
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format("result %d %f %f %d", summary.requests, summary.duration, latency:percentile(99), failed))
end
