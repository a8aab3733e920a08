// The bare Engine API: what a launch costs when nobody adds anything to it.
import { request } from 'node:http'
import { MACHINE_ENGINE_SOCKET } from '@bongsu/trial'
import type { ContainerSpec } from './run-options.ts'

/** One call; the answer's JSON. @throws Error with the engine's words */
export function engine(method: string, path: string, content?: object): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const call = request(
    {
      socketPath: MACHINE_ENGINE_SOCKET,
      method,
      path,
      headers: { host: 'docker', 'content-type': 'application/json' },
    },
    (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.once('end', () => {
        if ((response.statusCode ?? 500) < 300) resolve(text === '' ? undefined : JSON.parse(text))
        else reject(new Error(`engine: ${method} ${path}: ${text}`))
      })
    },
  )
  call.once('error', reject)
  call.end(content && JSON.stringify(content))
  return promise
}

/** Create options like those of a container that runs. */
export async function specOf(containerId: string): Promise<ContainerSpec> {
  const { Config, HostConfig } = (await engine('GET', `/containers/${containerId}/json`)) as {
    Config: Omit<ContainerSpec, 'HostConfig'>
    HostConfig: ContainerSpec['HostConfig']
  }
  // Without the labels, or the agent would take it for a stray of its own.
  return { ...Config, Labels: {}, HostConfig }
}

/** Creates and starts a container. @returns its id */
export async function createAndStart(spec: object): Promise<string> {
  const { Id } = (await engine('POST', '/containers/create', spec)) as { Id: string }
  await engine('POST', `/containers/${Id}/start`)
  return Id
}

export const removeContainer = (id: string): Promise<unknown> => engine('DELETE', `/containers/${id}?force=1`)
