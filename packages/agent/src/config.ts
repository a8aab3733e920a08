// `agent.toml`: one schema with its defaults; a fault names the path. Reading files is here, deciding where they are in main.
import { readFile } from 'node:fs/promises'
import { CodedError, messageOf } from '@bongsu/foundation'
import { findLocationFault, normaliseText } from '@bongsu/protocol'
import { parse } from 'smol-toml'
import Type, { type Static } from 'typebox'
import { Check, Errors } from 'typebox/value'
import type { DisplayMode } from './owned-display/find-display.ts'

const closed = { additionalProperties: false } as const
const Path = Type.String({ minLength: 1, maxLength: 1024 })
const Port = Type.Integer({ minimum: 1, maximum: 65_535 })

/** Form of `agent.toml`; the README's table lists its keys, and a test compares the two. */
export const AgentFile = Type.Object(
  {
    hub: Type.Object(
      {
        url: Type.String({ pattern: '^https?://', maxLength: 2048 }),
        /** The token itself, or `file:` and where it lies. */
        join_token: Type.Optional(Type.String({ maxLength: 2048 })),
        /** PEM of the authority behind the hub's certificate. */
        ca_file: Type.Optional(Path),
      },
      closed,
    ),
    paths: Type.Optional(
      Type.Object(
        {
          state_dir: Type.Optional(Path),
          run_dir: Type.Optional(Path),
          policy_file: Type.Optional(Path),
          publishers_dir: Type.Optional(Path),
        },
        closed,
      ),
    ),
    local_api: Type.Optional(
      Type.Object(
        { host: Type.Optional(Type.String({ maxLength: 253 })), port: Type.Optional(Port) },
        closed,
      ),
    ),
    docker: Type.Optional(Type.Object({ socket: Type.Optional(Path) }, closed)),
    display: Type.Optional(
      Type.Object(
        {
          number: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
          auth_file: Type.Optional(Path),
          allow_greeter: Type.Optional(Type.Boolean()),
          mode: Type.Optional(
            Type.Union([Type.Literal('discover'), Type.Literal('owned'), Type.Literal('discover-or-owned')]),
          ),
          xorg_config: Type.Optional(Path),
          /** Of a display of the agent's own that has no monitor. */
          width: Type.Optional(Type.Integer({ minimum: 320, maximum: 16_384 })),
          height: Type.Optional(Type.Integer({ minimum: 200, maximum: 16_384 })),
        },
        closed,
      ),
    ),
    helper: Type.Optional(
      Type.Object(
        {
          /** Where the root helper listens; without it the agent does itself what its user may. */
          socket: Type.Optional(Path),
          group: Type.Optional(Type.String({ pattern: '^[a-z_][a-z0-9_-]{0,31}$' })),
        },
        closed,
      ),
    ),
    location: Type.Optional(
      Type.Object(
        {
          address: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
          latitude: Type.Optional(Type.Number()),
          longitude: Type.Optional(Type.Number()),
          accuracy_m: Type.Optional(Type.Number({ minimum: 0 })),
          /** `host:port` of gpsd; asked only when named. */
          gpsd: Type.Optional(Type.String({ pattern: '^[^:\\s]+:\\d{1,5}$' })),
        },
        closed,
      ),
    ),
    log: Type.Optional(
      Type.Object(
        {
          level: Type.Optional(
            Type.Union([
              Type.Literal('debug'),
              Type.Literal('info'),
              Type.Literal('warn'),
              Type.Literal('error'),
            ]),
          ),
        },
        closed,
      ),
    ),
    trial: Type.Optional(Type.Object({ end_launches_on_exit: Type.Optional(Type.Boolean()) }, closed)),
  },
  closed,
)
type AgentFile = Static<typeof AgentFile>

export interface AgentConfig {
  readonly hubUrl: URL
  readonly joinToken: string | undefined
  readonly caCertificate: string | undefined
  readonly stateDir: string
  readonly runDir: string
  readonly policyFile: string | undefined
  /** Public keys of the publishers that this device trusts. */
  readonly publishersDir: string
  readonly localApi: { readonly host: string; readonly port: number }
  readonly dockerSocket: string
  readonly display: {
    readonly number: number | undefined
    readonly authFile: string | undefined
    readonly greeter: 'allowed' | 'left_out'
    readonly mode: DisplayMode
    readonly xorgConfig: string | undefined
    readonly widthPixels: number | undefined
    readonly heightPixels: number | undefined
  }
  readonly helper: { readonly socketPath: string | undefined; readonly group: string }
  readonly location: ConfiguredLocation | undefined
  readonly gpsd: { readonly host: string; readonly port: number } | undefined
  readonly logLevel: string
  /** `end-launches`: a trial's agent takes its launches with it; a device's leaves them running. */
  readonly onExit: 'leave-launches' | 'end-launches'
}

export interface ConfiguredLocation {
  readonly address: string | undefined
  readonly latitude: number | undefined
  readonly longitude: number | undefined
  readonly accuracyMetres: number | undefined
}

export const DEFAULT_CONFIG_PATH = '/etc/bongsu/agent.toml'

/** @throws CodedError AGENT_CONFIG_INVALID naming the file or the path within it */
export async function readAgentConfig(path: string): Promise<AgentConfig> {
  const file = parseAgentFile(await readNamed(path, path))
  const { hub, paths, local_api, docker, display, helper, location, log, trial } = file
  const token = hub.join_token
  const tokenFile = token?.startsWith('file:') ? token.slice('file:'.length) : undefined
  return {
    hubUrl: new URL(hub.url),
    joinToken: tokenFile === undefined ? token : (await readNamed(tokenFile, 'hub.join_token')).trim(),
    caCertificate: hub.ca_file === undefined ? undefined : await readNamed(hub.ca_file, 'hub.ca_file'),
    stateDir: paths?.state_dir ?? '/var/lib/bongsu',
    runDir: paths?.run_dir ?? '/run/bongsu',
    policyFile: paths?.policy_file,
    publishersDir: paths?.publishers_dir ?? '/etc/bongsu/publishers',
    localApi: { host: local_api?.host ?? '127.0.0.1', port: local_api?.port ?? 7481 },
    dockerSocket: docker?.socket ?? '/var/run/docker.sock',
    display: {
      number: display?.number,
      authFile: display?.auth_file,
      greeter: display?.allow_greeter ? 'allowed' : 'left_out',
      mode: display?.mode ?? 'discover',
      xorgConfig: display?.xorg_config,
      widthPixels: display?.width,
      heightPixels: display?.height,
    },
    helper: { socketPath: helper?.socket, group: helper?.group ?? 'bongsu' },
    location: configuredLocation(location),
    gpsd: gpsdOf(location?.gpsd),
    logLevel: log?.level ?? 'info',
    onExit: trial?.end_launches_on_exit ? 'end-launches' : 'leave-launches',
  }
}

/** Pure: text of the file to its checked content. @throws CodedError AGENT_CONFIG_INVALID */
export function parseAgentFile(text: string): AgentFile {
  let content: unknown
  try {
    content = normaliseText(parse(text))
  } catch (error) {
    throw invalid('agent.toml', messageOf(error).split('\n')[0] ?? 'not TOML')
  }
  if (!Check(AgentFile, content)) {
    const [fault] = Errors(AgentFile, content)
    // A key too many is told by its path; the validator's own words for it say nothing.
    const words =
      fault?.message === 'schema is false' ? 'is not a known key' : (fault?.message ?? 'is not valid')
    throw invalid(fault?.instancePath || 'agent.toml', words)
  }
  if (!URL.canParse(content.hub.url)) throw invalid('/hub/url', 'is not an address')
  const gpsd = gpsdOf(content.location?.gpsd)
  if (gpsd && !Check(Port, gpsd.port)) throw invalid('/location/gpsd', 'port must be 1 to 65535')
  const fault = content.location && findLocationFault(content.location)
  if (fault) throw invalid('/location', fault.code)
  return content
}

function configuredLocation(table: AgentFile['location']): ConfiguredLocation | undefined {
  if (!table || (table.address === undefined && table.latitude === undefined)) return undefined
  const { address, latitude, longitude, accuracy_m: accuracyMetres } = table
  return { address, latitude, longitude, accuracyMetres }
}

function gpsdOf(written: string | undefined): AgentConfig['gpsd'] {
  if (written === undefined) return undefined
  const at = written.lastIndexOf(':')
  return { host: written.slice(0, at), port: Number(written.slice(at + 1)) }
}

async function readNamed(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw invalid(name, messageOf(error))
  }
}

const invalid = (path: string, problem: string) =>
  new CodedError('AGENT_CONFIG_INVALID', { parameters: { path, problem: problem.slice(0, 300) } })
