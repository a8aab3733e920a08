// `bongsu.toml`: what the catalogue shows of a package, and how it wants to be run.
import { CodedError, messageOf } from '@bongsu/foundation'
import { LaunchProfile, normaliseText, PackageEntry } from '@bongsu/protocol'
import { parse } from 'smol-toml'
import Type from 'typebox'
import { Errors } from 'typebox/value'
import { readNamed } from '../hub-client.ts'

/** Of several languages the catalogue keeps the Korean text. */
const Description = Type.Union([
  Type.String(),
  Type.Object({ ko: Type.String(), en: Type.Optional(Type.String()) }),
])
const entry = PackageEntry.properties
const Manifest = Type.Object({
  package: Type.Optional(
    Type.Object({
      koreanName: entry.koreanName,
      copyrightHolder: entry.copyrightHolder,
      fileName: Type.Optional(entry.fileName),
      description: Type.Optional(Description),
      licence: entry.licence,
      tags: entry.tags,
    }),
  ),
  profile: Type.Optional(LaunchProfile),
})

export interface PackageManifest {
  readonly registration?: Omit<PackageEntry, 'fileName'> & { readonly fileName?: string }
  readonly profile?: LaunchProfile
}

/** @throws CodedError CLI_FILE_UNREADABLE, CLI_MANIFEST_WRONG */
export async function readPackageManifest(path: string): Promise<PackageManifest> {
  const content = parsed(path, await readNamed(path))
  const [fault] = Errors(Manifest, content)
  if (fault) throw wrong(path, `${fault.instancePath} ${fault.message}`.trim())
  const { package: registration, profile } = content as Type.Static<typeof Manifest>
  if (!registration) return { ...(profile && { profile }) }
  const { koreanName, copyrightHolder, fileName, description, licence, tags } = registration
  const text = typeof description === 'object' ? description.ko : description
  return {
    registration: {
      koreanName,
      copyrightHolder,
      ...(fileName !== undefined && { fileName }),
      ...(text !== undefined && { description: text }),
      ...(licence !== undefined && { licence }),
      ...(tags && { tags }),
    },
    ...(profile && { profile }),
  }
}

function parsed(path: string, text: string): unknown {
  try {
    return normaliseText(parse(text))
  } catch (error) {
    throw wrong(path, messageOf(error).split('\n')[0] ?? '')
  }
}

const wrong = (path: string, fault: string) =>
  new CodedError('CLI_MANIFEST_WRONG', { parameters: { path, fault } })
