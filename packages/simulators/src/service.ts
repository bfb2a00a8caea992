import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import type { Identity } from './certificates.ts'
import { answerTo, type ServiceState, type Situation, serviceStates } from './service-answer.ts'

export type { ServiceState } from './service-answer.ts'

export interface ServiceOptions {
  readonly version: string
  /** What the state `old` says; by default what `version` was before it was last set. */
  readonly formerVersion?: string
  readonly commit?: string
  readonly state?: ServiceState
  /** How late an answer of the state `slow` is. */
  readonly slowMs?: number
  /** When the state `starting` becomes healthy, counted from its beginning; by default never. */
  readonly becomesHealthyAfterMs?: number
  /** An address of this machine. */
  readonly host?: string
  readonly port?: number
}

export interface TlsServiceOptions extends ServiceOptions {
  readonly identity: Identity
  /** PEM; clients must then show a certificate of this authority. */
  readonly clientAuthority?: string
}

export interface ServedRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The same for requests on the same connection. */
  readonly socketId: number
}

/** How many requests a service remembers. */
const rememberedRequests = 1_000

/** The sample service: what is deployed in tests and in the demo. */
export class Service implements AsyncDisposable {
  readonly url: string
  readonly port: number
  /** The last ones. */
  readonly requests: ServedRequest[] = []
  requestCount = 0
  readonly #server: Server
  readonly #options: ServiceOptions
  readonly #sockets = new WeakMap<Socket, number>()
  readonly #startedAt = performance.now()
  #socketCount = 0
  #version: string
  #formerVersion: string
  #state: ServiceState
  #stateSince = performance.now()

  /** Use `startService`: the server must listen already. */
  constructor(server: Server, scheme: string, options: ServiceOptions) {
    const { address, family, port } = server.address() as AddressInfo
    this.url = `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`
    this.port = port
    this.#server = server
    this.#options = options
    this.#version = options.version
    this.#formerVersion = options.formerVersion ?? '0.0.0'
    this.#state = options.state ?? 'healthy'
    server.on('request', ({ method = '', url = '', headers, socket }, response) => {
      this.#remember({ method, path: url, headers, socketId: this.#idOf(socket) })
      this.#answer(url.split('?')[0] ?? '', response)
    })
  }

  get version(): string {
    return this.#version
  }

  /** Deploys another version; this one becomes the former. */
  set version(version: string) {
    this.#formerVersion = this.#version
    this.#version = version
  }

  get state(): ServiceState {
    const { becomesHealthyAfterMs = Number.POSITIVE_INFINITY } = this.#options
    const started = performance.now() - this.#stateSince >= becomesHealthyAfterMs
    return this.#state === 'starting' && started ? 'healthy' : this.#state
  }

  set state(state: ServiceState) {
    this.#state = state
    this.#stateSince = performance.now()
  }

  /** How many connections have made a request. */
  get socketCount(): number {
    return this.#socketCount
  }

  /** Ends at once, whatever is under way. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #idOf(socket: Socket): number {
    const known = this.#sockets.get(socket)
    if (known !== undefined) return known
    this.#socketCount += 1
    this.#sockets.set(socket, this.#socketCount)
    return this.#socketCount
  }

  #remember(request: ServedRequest): void {
    this.requestCount += 1
    this.requests.push(request)
    if (this.requests.length > rememberedRequests) this.requests.shift()
  }

  #answer(path: string, response: ServerResponse): void {
    const answer = answerTo(path, this.#situation())
    const send = () => response.writeHead(answer.status, answer.headers).end(answer.body)
    if (this.state !== 'slow') {
      send()
      return
    }
    const timer = setTimeout(send, this.#options.slowMs ?? 1_000)
    response.on('close', () => clearTimeout(timer))
  }

  #situation(): Situation {
    const { state } = this
    return {
      state,
      version: state === 'old' ? this.#formerVersion : this.#version,
      commit: this.#options.commit ?? '0123456789abcdef0123456789abcdef01234567',
      uptimeMs: Math.round(performance.now() - this.#startedAt),
    }
  }
}

/** Starts the service on loopback, on any free port unless one is given. */
export function startService(options: ServiceOptions): Promise<Service> {
  return listen(createServer(), 'http', options)
}

/** The same over TLS. */
export function startTlsService({ identity, clientAuthority, ...options }: TlsServiceOptions): Promise<Service> {
  const clients = clientAuthority === undefined ? {} : { ca: clientAuthority, requestCert: true }
  return listen(createSecureServer({ ...identity, ...clients }), 'https', options)
}

function listen(server: Server, scheme: string, options: ServiceOptions): Promise<Service> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', () => resolve(new Service(server, scheme, options)))
  })
}

/** `node service.ts --port 0 --state healthy --version 1.2.3`: prints its URL, ends on SIGTERM. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '0' },
      state: { type: 'string', default: 'healthy' },
      version: { type: 'string', default: '1.0.0' },
      'becomes-healthy-after-ms': { type: 'string', default: 'Infinity' },
      'slow-ms': { type: 'string', default: '1000' },
    },
  })
  const state = serviceStates.find((candidate) => candidate === values.state)
  if (state === undefined) throw new Error(`--state is one of ${serviceStates.join(', ')}`)
  const service = await startService({
    ...{ state, version: values.version, host: values.host, port: Number(values.port) },
    ...{ slowMs: Number(values['slow-ms']), becomesHealthyAfterMs: Number(values['becomes-healthy-after-ms']) },
  })
  process.stdout.write(`${service.url}\n`)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => service.close())
}

if (import.meta.main) await main()
