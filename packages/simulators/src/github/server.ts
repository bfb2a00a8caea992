import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Identity } from '../certificates.ts'
import { places } from './exchange.ts'
import type { GitHub } from './github.ts'
import type { Reply } from './http.ts'

/** The simulator on loopback: for bundles, which are processes of their own. */
interface GitHubServer extends AsyncDisposable {
  /** GITHUB_API_URL. */
  readonly url: string
  readonly graphqlUrl: string
  /** GITHUB_SERVER_URL, of an Enterprise Server. */
  readonly origin: string
  /** Ends at once, whatever is under way. */
  close(): Promise<void>
}

/** Starts it on any free port. @param identity makes it one that is reached through TLS */
export function startGitHub(github: GitHub, identity?: Identity): Promise<GitHubServer> {
  const respond = (request: IncomingMessage, response: ServerResponse) => {
    // Only reading a request can fail, when its client has gone.
    serve(github, request, response).catch(() => response.destroy())
  }
  const server = identity === undefined ? createServer(respond) : createSecureServer(identity, respond)
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      const origin = `${identity === undefined ? 'http' : 'https'}://127.0.0.1:${port}`
      const { rest, graphql } = places[github.world.profile]
      resolve({ origin, url: origin + rest, graphqlUrl: origin + graphql, close, [Symbol.asyncDispose]: close })
    })
  })
}

async function serve(github: GitHub, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/' } = request
  const given = Object.entries(request.headers).map(([name, value]) => [name, String(value)])
  const body = await text(request)
  const headers = Object.fromEntries(given)
  const reply = github.handle({ method, url: `http://${headers['host']}${url}`, headers, ...(body !== '' && { body }) })
  if (reply.delivery === 'never') return
  if (reply.delivery === 'lost') response.destroy()
  else send(reply, response)
}

/** Connections are not kept: a client that reuses one just as it is closed would see a fault that nobody scripted. */
function send({ status, headers, body, delivery }: Reply, response: ServerResponse): void {
  const bytes = Buffer.from(body)
  const length = status === 204 || status === 304 ? {} : { 'content-length': bytes.length }
  response.writeHead(status, { ...headers, ...length, connection: 'close' })
  if (delivery === 'whole') response.end(bytes)
  else response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => response.destroy())
}
