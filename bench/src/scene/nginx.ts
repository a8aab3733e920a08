// nginx with sendfile on a folder, as the peer that serves files. Everything of it lies in a folder of its own.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testChildren } from '../../../test/infra/children.ts'
import { requireProgram } from '../../../test/infra/programs.ts'
import type { Cleanup } from '../../../test/infra/temp-dir.ts'
import { freePort } from './free-port.ts'

/** @returns address of the folder */
export async function startNginx(cleanup: Cleanup, root: string): Promise<string> {
  const program = requireProgram('nginx', 'nginx-light')
  const { processes, folder } = testChildren(cleanup, { name: 'nginx' })
  mkdirSync(join(folder, 'logs'), { recursive: true })
  const port = await freePort()
  const config = join(folder, 'nginx.conf')
  const http = [
    'sendfile on; tcp_nopush on; access_log off;',
    `client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;`,
    `uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;`,
    `server { listen 127.0.0.1:${port}; root ${root}; }`,
  ]
  const lines = [
    'daemon off;',
    'user root;',
    'worker_processes auto;',
    `pid ${folder}/nginx.pid;`,
    'events {}',
  ]
  writeFileSync(config, [...lines, 'http {', ...http, '}', ''].join('\n'))
  const url = `http://127.0.0.1:${port}`
  const ready = async () => (await fetch(url).catch(() => undefined)) !== undefined
  const argv = [program, '-p', folder, '-e', join(folder, 'error.log'), '-c', config] as const
  await processes.start({ name: 'nginx', argv: [...argv], ready, readyTimeoutMs: 10_000 })
  return url
}
