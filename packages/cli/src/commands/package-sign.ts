// `bongsu package sign`: vouches for a version that lies on the hub, wherever the key lies.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CodedError, type MinisignSigner } from '@bongsu/foundation'
import type { ReleaseManifest, SignedRelease } from '@bongsu/protocol'
import { type Command, type Terminal, UsageError } from '../command.ts'
import { HUB_OPTIONS, HubClient, hubAddress, readNamed } from '../hub-client.ts'
import { parseSecretKey, signerOf } from '../signing/secret-key.ts'
import { parseManifest, signRelease } from '../signing/sign-release.ts'
import { defaultKeyFolder } from './key-generate.ts'

export const packageSign: Command = {
  name: 'package sign',
  summary: { en: 'signs a version that is on the hub', ko: '허브에 있는 버전에 서명합니다' },
  usage: {
    en: `PACKAGE VERSION [--key FILE] [--password-file FILE] [--expires TIME] [--minimum-agent X.Y.Z]
                --hub URL --token-file FILE [--ca FILE]
  --key FILE            secret key, by bongsu key generate or minisign (default: ~/.config/bongsu/publisher.key)
  --password-file FILE  where its password lies; asked for otherwise
  --expires TIME        devices install it until then: 2027-01-01 or an ISO 8601 time
  --minimum-agent X.Y.Z lowest version of the agent that can run it
Signing again replaces the signature, and lets devices go back to an older version.`,
    ko: `패키지 버전 [--key 파일] [--password-file 파일] [--expires 시각] [--minimum-agent X.Y.Z]
                --hub 주소 --token-file 파일 [--ca 파일]
  --key 파일            bongsu key generate 또는 minisign이 만든 비밀키 (기본값: ~/.config/bongsu/publisher.key)
  --password-file 파일  비밀키 암호가 있는 파일. 없으면 묻습니다
  --expires 시각        이때까지만 설치됩니다: 2027-01-01 또는 ISO 8601 시각
  --minimum-agent X.Y.Z 이 버전을 실행할 수 있는 가장 낮은 에이전트 버전
다시 서명하면 서명이 바뀌며, 단말을 이전 버전으로 되돌릴 수 있게 됩니다.`,
  },
  async run(parameters, terminal) {
    const { values, positionals } = parseArgs({
      args: [...parameters],
      allowPositionals: true,
      options: {
        ...HUB_OPTIONS,
        key: { type: 'string' },
        'password-file': { type: 'string' },
        expires: { type: 'string' },
        'minimum-agent': { type: 'string' },
      },
    })
    const [packageId, version, ...rest] = positionals
    if (packageId === undefined || version === undefined || rest.length > 0) {
      throw new UsageError({ en: 'Name the package and the version.', ko: '패키지와 버전을 적으십시오.' })
    }
    const terms = {
      now: new Date(),
      expiresAt: expiryOf(values.expires),
      minimumAgent: minimumOf(values['minimum-agent']),
    }
    const address = await hubAddress(values, terminal)
    const keyPath = values.key ?? join(defaultKeyFolder(terminal), 'publisher.key')
    const signer = await openKey(keyPath, values['password-file'], terminal)
    const hub = new HubClient(address)
    try {
      const path = `/api/v1/packages/${encodeURIComponent(packageId)}/versions/${encodeURIComponent(version)}/manifest`
      const present = parseManifest((await hub.call<SignedRelease>(path)).manifest)
      if (present?.packageId !== packageId || present.version !== version)
        throw new CodedError('CLI_NOT_A_HUB')
      const signed = signRelease(present, signer, terms)
      for (const line of describe(parseManifest(signed.manifest) ?? present, terminal)) terminal.tell(line)
      await hub.call<SignedRelease>(path, { method: 'PUT', json: signed })
      terminal.print(`${packageId} ${version} ${signer.keyId}`)
    } finally {
      await hub.close()
    }
  },
}

function expiryOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const at = Date.parse(text)
  if (Number.isFinite(at) && at > Date.now()) return new Date(at).toISOString()
  throw new UsageError({ en: '--expires is no time to come.', ko: '--expires가 앞으로의 시각이 아닙니다.' })
}

function minimumOf(text: string | undefined): string | undefined {
  if (text === undefined || /^\d{1,5}\.\d{1,5}\.\d{1,5}$/.test(text)) return text
  throw new UsageError({
    en: '--minimum-agent is written 1.2.3.',
    ko: '--minimum-agent는 1.2.3처럼 적습니다.',
  })
}

/** @throws CodedError CLI_KEY_UNUSABLE, CLI_KEY_PASSWORD, CLI_FILE_UNREADABLE */
async function openKey(
  path: string,
  passwordFile: string | undefined,
  terminal: Terminal,
): Promise<MinisignSigner> {
  const text = await readNamed(path)
  const given = passwordFile === undefined ? undefined : (await readNamed(passwordFile)).replace(/\r?\n$/, '')
  let key = parseSecretKey(text, given)
  if ('fault' in key && key.fault === 'needs_password') {
    const question = { en: `Password of ${path}: `, ko: `${path}의 암호: ` }[terminal.language]
    key = parseSecretKey(text, (await terminal.readSecret(question)) ?? '')
  }
  if (!('fault' in key)) return signerOf(key)
  if (key.fault === 'wrong_password') throw new CodedError('CLI_KEY_PASSWORD', { parameters: { path } })
  throw new CodedError('CLI_KEY_UNUSABLE', { parameters: { path } })
}

/** What is vouched for, so that nobody signs what they did not mean. */
function describe(release: ReleaseManifest, { language }: Terminal): string[] {
  const { architecture, operatingSystem, imageId, layers, createdAt, expiresAt, minimumAgent } = release
  const bytes = layers.reduce((sum, layer) => sum + layer.bytes, release.configurationBytes)
  const rows: readonly (readonly [en: string, ko: string, value: string | undefined])[] = [
    ['package', '패키지', `${release.packageId} ${release.version}`],
    ['platform', '플랫폼', `${operatingSystem}/${architecture}`],
    ['image', '이미지', imageId],
    ['layers', '레이어', `${layers.length}, ${bytes} bytes`],
    ...layers.map(({ digest }) => ['', '', digest] as const),
    ['signed at', '서명 시각', createdAt],
    ['expires', '만료', expiresAt],
    ['minimum agent', '최소 에이전트', minimumAgent],
  ]
  return rows.flatMap(([en, ko, value]) =>
    value === undefined ? [] : [`${(language === 'ko' ? ko : en).padEnd(14)} ${value}`],
  )
}
