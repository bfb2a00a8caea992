// p95 by endpoint with DuckDB, on two threads: `node duckdb.cjs <format> <file>`. The columns are given, so that nothing is guessed first.
const { DuckDBInstance } = require('@duckdb/node-api')

const [format, file] = process.argv.slice(2)
const literal = `'${file.replaceAll("'", "''")}'`

const tags = 'STRUCT(expected_response VARCHAR, "group" VARCHAR, method VARCHAR, name VARCHAR)'
const queries = {
  'k6-json': `
    SELECT data.tags.method || ' ' || data.tags.name AS endpoint, count(*) AS requests, quantile_cont(data.value, 0.95) AS p95,
      count(*) FILTER (data.tags.expected_response = 'false') AS errors
    FROM read_json(${literal}, format = 'newline_delimited',
      columns = {metric: 'VARCHAR', type: 'VARCHAR', data: 'STRUCT("time" VARCHAR, value DOUBLE, tags ${tags})'})
    WHERE metric = 'http_req_duration' AND type = 'Point' AND data.tags."group" NOT IN ('::setup', '::teardown')
    GROUP BY ALL ORDER BY endpoint`,
  'jmeter-csv': `
    SELECT label AS endpoint, count(*) AS requests, quantile_cont(elapsed, 0.95) AS p95, count(*) FILTER (NOT success) AS errors
    FROM read_csv(${literal}, header = true, delim = ',', quote = '"', escape = '"', auto_detect = false, columns = {
      timeStamp: 'BIGINT', elapsed: 'DOUBLE', label: 'VARCHAR', responseCode: 'VARCHAR', responseMessage: 'VARCHAR',
      threadName: 'VARCHAR', dataType: 'VARCHAR', success: 'BOOLEAN', failureMessage: 'VARCHAR', bytes: 'BIGINT',
      sentBytes: 'BIGINT', grpThreads: 'BIGINT', allThreads: 'BIGINT', URL: 'VARCHAR', Latency: 'BIGINT', IdleTime: 'BIGINT',
      Connect: 'BIGINT'})
    WHERE responseMessage NOT LIKE 'Number of samples in transaction%'
    GROUP BY ALL ORDER BY endpoint`,
}

async function main() {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  const result = await connection.runAndReadAll(queries[format])
  for (const [endpoint, requests, p95, errors] of result.getRows())
    console.log([endpoint, requests, p95, errors].join('\t'))
}

main()
