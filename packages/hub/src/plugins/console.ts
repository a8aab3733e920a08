// Serves the built console at `/`: only files that were there at the start, and its page for the console's own paths.
import { readdir } from 'node:fs/promises'
import { extname } from 'node:path'
import { CodedError } from '@bongsu/foundation'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HubServer } from '../server.ts'
import { preferredLanguage } from './error-handler.ts'

/** No request leaves the hub; style attributes are the component library's. */
export const CONSOLE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const HINT = {
  ko: ['콘솔이 빌드되지 않았습니다', '허브는 실행 중입니다. 콘솔을 만들려면 다음을 실행하십시오:'],
  en: ['The console is not built', 'The hub is running. To build the console, run:'],
} as const

const BUILD_COMMAND = 'pnpm --filter @bongsu/web build'

export async function registerConsole(server: HubServer, consoleDir: string | undefined): Promise<void> {
  const files = consoleDir === undefined ? new Set<string>() : await listFiles(consoleDir)
  if (consoleDir !== undefined && files.size > 0) {
    await server.register(fastifyStatic, { root: consoleDir, serve: false, cacheControl: false })
  }
  server.get('/*', { config: { permission: 'public' }, schema: { hide: true } }, async (request, reply) => {
    const path = new URL(request.url, 'http://hub').pathname.slice(1)
    reply.header('content-security-policy', CONSOLE_POLICY)
    if (files.has(path) && path !== 'index.html') {
      // Built names carry a hash of the content.
      if (path.startsWith('assets/')) reply.header('cache-control', 'public, max-age=31536000, immutable')
      return reply.sendFile(path)
    }
    if (!wantsPage(request, path)) throw new CodedError('HUB_NOT_FOUND')
    if (files.has('index.html')) return reply.header('cache-control', 'no-cache').sendFile('index.html')
    return sendHint(request, reply)
  })
}

/** A browser that asks for a page of the console, as opposed to a mistyped API path or a missing file. */
const wantsPage = (request: FastifyRequest, path: string): boolean =>
  !path.startsWith('api/') &&
  (path === '' || (extname(path) === '' && (request.headers.accept ?? '').includes('text/html')))

async function listFiles(folder: string): Promise<Set<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length).replace(/^\/+/, ''))
  return new Set(names)
}

function sendHint(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const language = preferredLanguage(request.headers['accept-language'])
  const [title, text] = HINT[language]
  return reply
    .type('text/html; charset=utf-8')
    .header('content-language', language)
    .serializer(String)
    .send(
      `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>${title}</title>` +
        `<h1>${title}</h1><p>${text}</p><pre>${BUILD_COMMAND}</pre></html>\n`,
    )
}
