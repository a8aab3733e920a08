// A hub of its own with images in it: the bundle that ships, on the embedded database, in a folder that goes with it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { PackageVersion, ReleaseManifest, SignedRelease } from '@bongsu/protocol'
import {
  checkoutFolder,
  hubUrl,
  readAdminToken,
  runCommand,
  startDatabase,
  startHub,
  trialFiles,
  trialPaths,
} from '@bongsu/trial'
import { Agent, request } from 'undici'
import { testChildren } from '../../../test/infra/children.ts'
import type { Cleanup } from '../../../test/infra/temp-dir.ts'
import { freePort } from './free-port.ts'

export interface ImageHub {
  readonly url: string
  readonly token: string
  readonly dataDir: string
  readonly folder: string
  /** A new package with a version 1.0.0 made of that archive. */
  upload(archive: AsyncIterable<Uint8Array>): Promise<UploadedVersion>
  /** The same by the resumable protocol. @param bytes length of the archive */
  uploadResumably(archive: AsyncIterable<Uint8Array>, bytes: number): Promise<UploadedVersion>
  remove(packageId: string): Promise<void>
  /** How much more memory a process just started held at most while the work went on than before it, in MB (10^6 bytes). */
  growthMb(work: () => Promise<unknown>): Promise<number>
}

export interface UploadedVersion {
  readonly packageId: string
  readonly release: ReleaseManifest
  /** Where its only layer, or the largest, is downloaded. */
  readonly layerUrl: string
}

export async function startImageHub(cleanup: Cleanup): Promise<ImageHub> {
  await runCommand([process.execPath, join(checkoutFolder(), 'packages/hub/bundle.ts')])
  const { processes, folder } = testChildren(cleanup, { name: 'image-hub' })
  const base = trialPaths(checkoutFolder(), process.env)
  const paths = { ...trialPaths(checkoutFolder(), process.env, folder), databaseVenv: base.databaseVenv }
  const ports = { hub: await freePort(), agent: await freePort(), database: await freePort() }
  const options = { paths, ports, processes, mongodbUri: undefined }
  await startDatabase(options)
  let running = await startHub(options)
  const [url, token] = [hubUrl(ports), readAdminToken(paths)]
  // Whatever the hub is given to do takes as long as it takes.
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 })
  cleanup.after(() => dispatcher.close())
  let count = 0
  const call = async <Answer>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    sent: object = {},
  ) => {
    count += 1
    const { headers, ...body } = { headers: {}, ...sent }
    const key = { ...(method === 'POST' && { 'idempotency-key': `bench-${count}` }) }
    const authorization = `Bearer ${token}`
    const answer = await request(new URL(path, url), {
      method,
      dispatcher,
      headers: { authorization, ...key, ...headers },
      ...body,
    })
    const text = await answer.body.text()
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`)
    return (text === '' ? answer.headers : JSON.parse(text)) as Answer
  }
  const json = (body: object) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const newVersion = async () => {
    const packageId = `bench-${count}`
    const entry = { id: packageId, koreanName: '측정', fileName: '측정.tar', copyrightHolder: '봉수' }
    await call('POST', '/api/v1/packages', json(entry))
    const profile = { containers: [{ name: 'main' }], display: { required: true } }
    const path = `/api/v1/packages/${packageId}/versions`
    await call('POST', path, json({ version: '1.0.0', profile }))
    return { packageId, path: `${path}/1.0.0` }
  }
  const uploaded = async (packageId: string, path: string): Promise<UploadedVersion> => {
    const { manifest } = await call<SignedRelease>('GET', `${path}/manifest`)
    const release: ReleaseManifest = JSON.parse(manifest)
    const [largest] = release.layers.toSorted((a, b) => b.bytes - a.bytes)
    return { packageId, release, layerUrl: `${url}${path}/blobs/${largest?.digest}` }
  }
  return {
    url,
    token,
    folder,
    dataDir: trialFiles(paths).hubData,
    async upload(archive) {
      const { packageId, path } = await newVersion()
      const headers = { 'content-type': 'application/x-tar' }
      await call<PackageVersion>('PUT', `${path}/archive`, { headers, body: Readable.from(archive) })
      return uploaded(packageId, path)
    },
    async uploadResumably(archive, bytes) {
      const { packageId, path } = await newVersion()
      const encoded = (text: string) => Buffer.from(text).toString('base64')
      const protocol = { 'tus-resumable': '1.0.0' }
      const metadata = `packageId ${encoded(packageId)},version ${encoded('1.0.0')}`
      const { location } = await call<{ location: string }>('POST', '/api/v1/uploads', {
        headers: { ...protocol, 'upload-length': String(bytes), 'upload-metadata': metadata },
      })
      await call('PATCH', location, {
        headers: { ...protocol, 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' },
        body: Readable.from(archive),
      })
      return uploaded(packageId, path)
    },
    async remove(packageId) {
      await call('DELETE', `/api/v1/packages/${packageId}`, { headers: { 'if-match': '*' } })
    },
    async growthMb(work) {
      await running.stop()
      running = await startHub(options)
      const { pid } = running
      const before = memoryMb(pid, 'VmRSS')
      // Sets the peak back to what is held now. Source: proc(5), clear_refs.
      writeFileSync(`/proc/${pid}/clear_refs`, '5')
      await work()
      return memoryMb(pid, 'VmHWM') - before
    },
  }
}

/** In MB (10^6 bytes), as the kernel counts it. Source: proc(5), status. */
function memoryMb(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
  if (kilobytes === undefined) throw new Error(`process ${pid} has no memory`)
  return (Number(kilobytes) * 1024) / 1e6
}
