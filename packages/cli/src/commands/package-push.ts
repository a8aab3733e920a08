// `bongsu package push`: an image of the caller's engine, or its archive, becomes a version on the hub.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { CodedError, messageOf } from '@bongsu/foundation'
import type { AiPackage, LaunchProfile, PackageVersion } from '@bongsu/protocol'
import { findImage, type ImageFacts, saveImage } from '../build/docker.ts'
import { type Command, type Terminal, UsageError } from '../command.ts'
import { HUB_OPTIONS, HubClient, hubAddress } from '../hub-client.ts'
import { type PackageManifest, readPackageManifest } from '../push/package-manifest.ts'

/** One window, one container, no network: what a program gets that says nothing. */
const PLAIN_PROFILE: LaunchProfile = {
  containers: [{ name: 'main' }],
  display: { required: true },
  network: 'none',
}

export const packagePush: Command = {
  name: 'package push',
  summary: { en: 'uploads an image as a version', ko: '이미지를 버전으로 올립니다' },
  usage: {
    en: `PACKAGE VERSION (--image NAME | --archive FILE) [--manifest FILE]
                [--name TEXT --holder TEXT [--file-name TEXT] [--description TEXT] [--licence TEXT]]
                --hub URL --token-file FILE [--ca FILE]
  --image NAME      an image of your Docker engine
  --archive FILE    what docker save wrote, plain, gzip or zstd
  --manifest FILE   bongsu.toml: catalogue entry and launch profile
  --name, --holder  Korean name and copyright holder, for a package that is not registered yet
Package and version are registered where they are missing. The same image again changes nothing. Then sign it: bongsu package sign.`,
    ko: `패키지 버전 (--image 이름 | --archive 파일) [--manifest 파일]
                [--name 글 --holder 글 [--file-name 글] [--description 글] [--licence 글]]
                --hub 주소 --token-file 파일 [--ca 파일]
  --image 이름      내 Docker 엔진의 이미지
  --archive 파일    docker save로 만든 파일 (원본, gzip, zstd)
  --manifest 파일   bongsu.toml: 카탈로그 항목과 실행 프로필
  --name, --holder  아직 등록되지 않은 패키지의 한글 이름과 저작권자
없는 패키지와 버전은 등록합니다. 같은 이미지를 다시 올리면 아무것도 바뀌지 않습니다. 올린 뒤 bongsu package sign으로 서명하십시오.`,
  },
  async run(parameters, terminal) {
    const { values, positionals } = parseArgs({
      args: [...parameters],
      allowPositionals: true,
      options: {
        ...HUB_OPTIONS,
        image: { type: 'string' },
        archive: { type: 'string' },
        manifest: { type: 'string' },
        name: { type: 'string' },
        holder: { type: 'string' },
        'file-name': { type: 'string' },
        description: { type: 'string' },
        licence: { type: 'string' },
      },
    })
    const [packageId, version, ...rest] = positionals
    if (packageId === undefined || version === undefined || rest.length > 0)
      throw new UsageError({ en: 'Name the package and the version.', ko: '패키지와 버전을 적으십시오.' })
    const content = await openContent(values)
    const manifest = values.manifest === undefined ? undefined : await readPackageManifest(values.manifest)
    const hub = new HubClient(await hubAddress(values, terminal))
    try {
      const entry = entryOf(values, manifest)
      await ensurePackage(hub, packageId, entry)
      const path = `/api/v1/packages/${encodeURIComponent(packageId)}/versions`
      const one = `${path}/${encodeURIComponent(version)}`
      const present =
        (await hub.find<PackageVersion>(one)) ??
        (await hub.call<PackageVersion>(path, {
          method: 'POST',
          json: { version, profile: manifest?.profile ?? PLAIN_PROFILE },
        }))
      const isThere = present.state === 'ready' && present.image?.imageId === content.image?.id
      if (isThere) say(terminal, 'The hub has this image already.', '허브에 이미 같은 이미지가 있습니다.')
      const stored = isThere ? present : await upload(hub, one, content, terminal)
      terminal.print(`${packageId} ${version} ${stored.image?.imageId ?? ''}`)
      if (stored.signedBy === undefined) {
        const next = `bongsu package sign ${packageId} ${version}`
        say(terminal, `Nobody has signed it yet: ${next}`, `아직 서명되지 않았습니다: ${next}`)
      }
    } finally {
      await hub.close()
    }
  },
}

const say = ({ language, tell }: Terminal, en: string, ko: string): void => tell({ en, ko }[language])

interface Content {
  /** Known of an image of the engine. */
  readonly image?: ImageFacts
  readonly bytes?: number
  readonly open: () => ReturnType<typeof saveImage>
}

async function openContent({
  image,
  archive,
}: {
  readonly image?: string | undefined
  readonly archive?: string | undefined
}): Promise<Content> {
  if ((image === undefined) === (archive === undefined))
    throw new UsageError({
      en: 'Name one of --image and --archive.',
      ko: '--image나 --archive 중 하나를 적으십시오.',
    })
  if (image !== undefined) {
    const found = await findImage(image)
    if (!found) throw new CodedError('CLI_IMAGE_NOT_FOUND', { parameters: { image } })
    return { image: found, open: () => saveImage(image) }
  }
  const path = archive ?? ''
  const found = await stat(path).catch((error: unknown) => {
    throw new CodedError('CLI_FILE_UNREADABLE', { parameters: { path, message: messageOf(error) } })
  })
  return { bytes: found.size, open: () => createReadStream(path, { highWaterMark: 1024 * 1024 }) }
}

type Entry = Partial<NonNullable<PackageManifest['registration']>>

function entryOf(
  values: { readonly [name: string]: string | boolean | undefined },
  manifest: PackageManifest | undefined,
): Entry {
  const given = {
    koreanName: values.name,
    copyrightHolder: values.holder,
    fileName: values['file-name'],
    description: values.description,
    licence: values.licence,
  }
  const named = Object.entries(given).filter(([, value]) => typeof value === 'string')
  return { ...manifest?.registration, ...Object.fromEntries(named) }
}

async function ensurePackage(hub: HubClient, id: string, entry: Entry): Promise<void> {
  if (await hub.find<AiPackage>(`/api/v1/packages/${encodeURIComponent(id)}`)) return
  if (entry.koreanName === undefined || entry.copyrightHolder === undefined) {
    throw new UsageError({
      en: `${id} is not registered yet: give --name and --holder, or --manifest.`,
      ko: `${id}은(는) 아직 등록되지 않았습니다. --name과 --holder, 또는 --manifest를 적으십시오.`,
    })
  }
  const json = { fileName: `${id}.tar`, ...entry, id }
  await hub.call<AiPackage>('/api/v1/packages', { method: 'POST', json })
}

async function upload(
  hub: HubClient,
  path: string,
  content: Content,
  terminal: Terminal,
): Promise<PackageVersion> {
  say(terminal, 'Uploading …', '올리는 중 …')
  const length = content.bytes === undefined ? {} : { 'content-length': String(content.bytes) }
  return hub.call<PackageVersion>(`${path}/archive`, {
    method: 'PUT',
    body: content.open(),
    headers: { 'content-type': 'application/x-tar', ...length },
  })
}
