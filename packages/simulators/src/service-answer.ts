/**
 * `slow` answers well, but late; `broken` answers 500; `starting` answers 503 until its time has come; `old` is healthy
 * and still says the former version.
 */
export const serviceStates = ['healthy', 'slow', 'broken', 'starting', 'old'] as const
export type ServiceState = (typeof serviceStates)[number]

/** What a service has to say about itself at the moment of a request. */
export interface Situation {
  readonly state: ServiceState
  readonly version: string
  readonly commit: string
  readonly uptimeMs: number
}

export interface ServiceAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What the sample service answers to a path, whatever the method. */
export function answerTo(path: string, situation: Situation): ServiceAnswer {
  if (path === '/health') return health(situation)
  if (path === '/') return page(situation)
  if (path === '/login') return json(401, { error: 'Sign in first' }, { 'www-authenticate': 'Bearer' })
  return json(404, { error: 'There is nothing here' })
}

function health({ state, version, commit, uptimeMs }: Situation): ServiceAnswer {
  const headers = { 'x-version': version }
  const body = (status: 'UP' | 'DOWN', check: object) => ({
    ...{ status, version, commit, uptime_ms: uptimeMs },
    checks: [{ name: 'db', ...check }],
  })
  if (state === 'broken') {
    return json(500, { ...body('DOWN', { status: 'DOWN', error: 'Connection refused' }) }, headers)
  }
  if (state === 'starting') {
    return json(503, body('DOWN', { status: 'STARTING' }), { ...headers, 'retry-after': '1' })
  }
  return json(200, body('UP', { status: 'UP', latency_ms: 3 }), headers)
}

function page({ state, version }: Situation): ServiceAnswer {
  const up = state !== 'broken' && state !== 'starting'
  return {
    status: up ? 200 : 503,
    headers: { 'content-type': 'text/html; charset=utf-8', 'x-version': version },
    body: `<!doctype html>\n<title>Sample service</title>\n<h1>Sample service ${version}</h1>\n`,
  }
}

function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): ServiceAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  }
}
