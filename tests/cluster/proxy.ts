import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Connection } from './control-plane.ts'
import { Exchange, type ProxyFault } from './exchange.ts'

/** What goes wrong, for which requests, and how often. */
interface Rule {
  readonly method?: string
  /** Of the path with its query: a dry run is `dryRun=All` there. */
  readonly path: RegExp
  readonly fault: ProxyFault
  /** By default once. Infinity: always. */
  readonly times?: number
}

interface SeenRequest {
  readonly method: string
  readonly path: string
}

/** Stands in front of the API server, with a certificate of the same authority. A kubeconfig with its URL is enough. */
export interface ApiProxy extends AsyncDisposable {
  /** `https://127.0.0.1:port` */
  readonly url: string
  /** In their order, those that met a fault among them. */
  readonly requests: readonly SeenRequest[]
  /** Adds a rule behind the others: the first one that fits and is not used up decides. */
  plan(rule: Rule): void
  /** How many requests there were. */
  count(method: string, path: RegExp): number
  /** From now on connections are refused; those that stand are cut. */
  down(): Promise<void>
  /** Listens again, on the same port. */
  up(): Promise<void>
}

export async function startProxy({ server: target, ca, loopback }: Connection): Promise<ApiProxy> {
  const agent = new Agent({ keepAlive: true, ca })
  const requests: SeenRequest[] = []
  const rules: { readonly rule: Rule; left: number }[] = []
  const faultFor = ({ method, path }: SeenRequest): ProxyFault | undefined => {
    const found = rules.find(({ rule, left }) => {
      return left > 0 && (rule.method ?? method) === method && rule.path.test(path)
    })
    if (found !== undefined) found.left -= 1
    return found?.rule.fault
  }
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const seen = { method: request.method ?? '', path: request.url ?? '' }
    requests.push(seen)
    const exchange = new Exchange(request, response, { target, agent })
    const fault = faultFor(seen) ?? (() => exchange.pass())
    // What breaks between client and server ends as a cut connection, as it would with any proxy.
    fault(exchange).catch(() => exchange.cut())
  }
  const server = createServer(loopback, handle)
  const port = await listen(server, 0)
  const down = () => closed(server)
  return {
    url: `https://127.0.0.1:${port}`,
    requests,
    plan: (rule) => void rules.push({ rule, left: rule.times ?? 1 }),
    count: (method, path) => requests.filter((seen) => seen.method === method && path.test(seen.path)).length,
    down,
    up: async () => void (await listen(server, port)),
    [Symbol.asyncDispose]: async () => {
      agent.destroy()
      await down()
    },
  }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function closed(server: Server): Promise<void> {
  if (!server.listening) return
  const done = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await done
}
