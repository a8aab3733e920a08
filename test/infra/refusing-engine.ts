// Stands before the machine's engine and refuses archives that leave out layers, as an engine with containerd's image store does.
// Everything else passes through to the real one.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { type Cleanup, tempDir } from './temp-dir.ts'

export interface RefusingEngine {
  readonly socketPath: string
  /** Archives that were turned away. */
  readonly refused: () => number
}

export async function startRefusingEngine(cleanup: Cleanup, engineSocket: string): Promise<RefusingEngine> {
  const socketPath = join(tempDir(cleanup, 'refusing'), 'docker.sock')
  let refused = 0
  const passOn = (incoming: IncomingMessage, outgoing: ServerResponse, body?: Buffer) => {
    const { method, url, headers } = incoming
    const asked = request({ socketPath: engineSocket, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    asked.on('error', () => outgoing.destroy())
    outgoing.on('close', () => asked.destroy())
    if (body) asked.end(body)
    else incoming.pipe(asked)
  }
  const server = createServer((incoming, outgoing) => {
    if (!/\/images\/load\b/.test(incoming.url ?? '')) return passOn(incoming, outgoing)
    buffer(incoming)
      .then(async (archive) => {
        const missing = await missingLayer(archive)
        if (missing === undefined) return passOn(incoming, outgoing, archive)
        refused += 1
        outgoing.writeHead(200, { 'content-type': 'application/json' })
        const error = `open ${missing}: no such file or directory`
        outgoing.end(`${JSON.stringify({ errorDetail: { message: error }, error })}\n`)
      })
      .catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  cleanup.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { socketPath, refused: () => refused }
}

/** The first layer that the archive's manifest names and the archive does not hold. */
async function missingLayer(archive: Buffer): Promise<string | undefined> {
  const names = new Set<string>()
  let manifest = '[]'
  const tar = extract()
  tar.end(archive)
  for await (const entry of tar) {
    names.add(entry.header.name)
    if (entry.header.name === 'manifest.json') manifest = (await buffer(entry)).toString('utf8')
    else entry.resume()
  }
  const images = JSON.parse(manifest) as { Layers: string[] }[]
  return images.flatMap(({ Layers }) => Layers).find((layer) => !names.has(layer))
}
