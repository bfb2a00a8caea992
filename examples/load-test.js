// The load of sharded-load-test.yml, all shards together.
import http from 'k6/http'

export const options = {
  scenarios: {
    visitors: {
      executor: 'shared-iterations',
      vus: Number(__ENV.USERS),
      iterations: Number(__ENV.ITERATIONS),
      maxDuration: '20m',
    },
  },
}

export default function () {
  http.get(`${__ENV.TARGET}/`)
  http.get(`${__ENV.TARGET}/health`)
}
