import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** What goes wrong on a connection, below what an HTTP server could be made to do. */
export interface Fault {
  /** Called for a fresh connection, before any request. */
  readonly connect?: (socket: Socket) => void
  /** Called for each request, once its head is there. */
  readonly request?: (socket: Socket, head: string) => void
}

export interface FaultServerOptions {
  readonly host?: string
  readonly port?: number
}

/** A TCP server that does to its clients what a fault says. */
export interface FaultServer extends AsyncDisposable {
  /** `http://host:port` */
  readonly url: string
  readonly port: number
  /** How many connections have been accepted. */
  connections(): number
  /** The heads of the requests received, as they came. */
  requests(): readonly string[]
  /** Ends at once, whatever is under way. */
  close(): Promise<void>
}

/** Starts a server with a fault on loopback, on any free port unless one is given. */
export async function startFault(fault: Fault, options: FaultServerOptions = {}): Promise<FaultServer> {
  const sockets = new Set<Socket>()
  const heads: string[] = []
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    track(socket, sockets)
    fault.connect?.(socket)
    readHeads(socket, (head) => {
      heads.push(head)
      fault.request?.(socket, head)
    })
  })
  const { address, family, port } = await listening(server, options)
  const close = () => closed(server, sockets)
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    port,
    connections: () => connections,
    requests: () => heads,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Follows a socket until it closes. Its errors are the point of a fault, never our failure. */
export function track(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket)
  socket.on('error', () => {})
  socket.on('close', () => sockets.delete(socket))
}

export function listening(server: Server, { host = '127.0.0.1', port = 0 }: FaultServerOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(server.address() as AddressInfo))
  })
}

export function closed(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    for (const socket of sockets) socket.destroy()
  })
}

const headEnd = '\r\n\r\n'

/** Calls back for the head of every request on a connection; bodies are skipped by their Content-Length. */
function readHeads(socket: Socket, onHead: (head: string) => void): void {
  let text = ''
  let bodyBytesLeft = 0
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    text += chunk
    while (true) {
      const skipped = Math.min(bodyBytesLeft, text.length)
      bodyBytesLeft -= skipped
      text = text.slice(skipped)
      const end = text.indexOf(headEnd)
      if (end < 0) return
      const head = text.slice(0, end + headEnd.length)
      text = text.slice(head.length)
      bodyBytesLeft = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
      onHead(head)
    }
  })
}
