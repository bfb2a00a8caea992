/** Small results as the tools write them, for what holds for every format. */

const tags = (name: string, more = '') =>
  `{"expected_response":"true","group":"","method":"GET","name":"${name}","proto":"HTTP/1.1","scenario":"default","status":"200"${more},"url":"http://127.0.0.1/?a=1\\u0026b=2"}`

const point = (metric: string, value: string, of: string) =>
  `{"metric":"${metric}","type":"Point","data":{"time":"2026-11-21T09:34:18.082010795Z","value":${value},"tags":${of}}}`

const k6Json = `${[
  '{"type":"Metric","data":{"name":"http_reqs","type":"counter","contains":"default","thresholds":[],"submetrics":null},"metric":"http_reqs"}',
  point('http_reqs', '1', tags('tea')),
  point('http_req_duration', '251.098197', tags('tea')),
  point('http_req_waiting', '250.1', tags('tea')),
  point('http_req_duration', '1e-05', tags('a \\"b\\" \\ud83c\\udf75', ',"subproto":"h2"')),
  point('http_req_duration', '12', '{"expected_response":"false","method":"POST","name":"tea","status":"503"}'),
  point('http_req_duration', '7', '{"group":"::setup","method":"POST","name":"login","status":"200"}'),
  point('iterations', '1', '{"scenario":"default"}'),
  point('dropped_iterations', '3', 'null'),
].join('\n')}\n`

const k6Csv = `metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata
http_reqs,1795253658,1.000000,,,,true,,GET,tea,HTTP/1.1,,,200,,,http://127.0.0.1/,"region=a,b",
http_req_duration,1795253658,251.098197,,,,true,,GET,tea,HTTP/1.1,,,200,,,http://127.0.0.1/,"region=a,b
c",
http_req_duration,1795253659,3.100000,,,,false,,GET,"a ""b"", c",HTTP/1.1,,,500,,,http://127.0.0.1/,,
http_req_duration,1795253659,2.000000,,,,true,::teardown,GET,bye,HTTP/1.1,,,200,,,http://127.0.0.1/,,
iterations,1795253660,1.000000,,,,,,,,,default,,,,,,,
dropped_iterations,1795253660,2.000000,,,,,,,,,default,,,,,,,
`

const jmeterHeader =
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect'

export const jmeterCsv = `${jmeterHeader}
1795253819707,131,search,200,OK,Users 1-4,text,true,,160,129,4,4,http://127.0.0.1/search,131,0,68
1795253819489,220,Buy tea,200,"Number of samples in transaction : 2, number of failing samples : 0",Users 1-2,,true,,316,338,4,4,null,211,222,63
1795253819707,9,"tea, ""green""
leaves",200,OK,Users 1-4,text,false,"no ""today"", but
a body,of,two
lines",160,129,4,4,http://127.0.0.1/search,131,0,68
1795253819992,35,redirected,200,OK,Users 1-2,text,true,,305,237,4,4,http://127.0.0.1/,26,0,0
1795253819708,30,search,200,OK,Users 1-4,text,true,,160,129,4,4,http://127.0.0.1/search,131,0,68
1795253819992,26,redirected-0,302,Found,Users 1-2,,true,,152,120,4,4,http://127.0.0.1/old,26,0,0
1795253820019,8,redirected-1,200,OK,Users 1-2,text,true,,153,117,4,4,http://127.0.0.1/,7,0,0
1795253820030,8,redirected-2,200,OK,Users 1-2,text,true,,153,117,4,4,http://127.0.0.1/,7,0,0
`

const locustRequests = `timestamp,request_type,name,response_time_ms,response_length,status_code,exception
1795253785.933842,GET,/broken,3.36,12,500,500 Server Error
1795253785.906641,GET,"GET / without
a token",32.93,5,200,"body was ""hello"", not a token"
1795253786.0,POST,/,7,5,404,
1795253786.1,POST,/,,5,404,
`

const heyCsv = `response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset
0.0255,0.0035,0.0000,0.0000,0.0215,0.0001,200,0.0004
0.0374,0.0001,0.0000,0.0001,0.0370,0.0002,503,0.0010
0.0007,0.0001,0.0000,0.0001,0.0370,0.0002,200,1.5010
`

export const contents: Readonly<Record<string, string>> = {
  'k6-json': k6Json,
  'k6-csv': k6Csv,
  'jmeter-csv': jmeterCsv,
  'locust-requests': locustRequests,
  'hey-csv': heyCsv,
}
