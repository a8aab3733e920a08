// What a package stands on: an image that the caller names, Debian's own from a registry, or, where there is no registry, one
// made from Debian's packages on this machine.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError } from '@bongsu/foundation'
import { findImage, type OnLine, pullImage } from './docker.ts'
import { outputOf, runProgram } from './run-program.ts'

/** The release that devices and the trial run. */
const SUITE = 'bookworm'
const REGISTRY_BASE = `debian:${SUITE}-slim`
const OWN_BASE = `bongsu/base-build:${SUITE}`
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

/**
 * @param wanted by the caller
 * @returns a reference that the caller's engine has
 * @throws CodedError CLI_BUILD_BASE_UNAVAILABLE, CLI_TOOL_MISSING, CLI_TOOL_FAILED
 */
export async function provideBase(wanted: string | undefined, onLine: OnLine): Promise<string> {
  if (wanted !== undefined) {
    if ((await findImage(wanted)) || (await pullImage(wanted, onLine))) return wanted
    throw new CodedError('CLI_BUILD_BASE_UNAVAILABLE', { parameters: { base: wanted } })
  }
  for (const known of [REGISTRY_BASE, OWN_BASE]) if (await findImage(known)) return known
  if (await pullImage(REGISTRY_BASE, onLine)) return REGISTRY_BASE
  await makeBase(onLine)
  return OWN_BASE
}

/** debootstrap, then import: device nodes and mounts are the engine's business. */
async function makeBase(onLine: OnLine): Promise<void> {
  const folder = await mkdtemp('/var/tmp/bongsu-base-build-')
  const root = join(folder, 'rootfs')
  try {
    const mirror = await debianMirror()
    await outputOf({
      argv: ['debootstrap', '--variant=minbase', `--keyring=${KEYRING}`, SUITE, root, mirror],
      onLine,
    })
    const pruned = [
      'usr/share/man',
      'usr/share/info',
      'usr/share/locale',
      'var/cache/apt',
      'var/lib/apt/lists',
      'var/log',
    ]
    const script = `set -e; cd "$0"; rm -rf ${pruned.join(' ')}; mkdir -p var/cache/apt/archives/partial var/lib/apt/lists/partial var/log
: > etc/machine-id; tar --numeric-owner --exclude=./dev/\\* --exclude=./proc/\\* --exclude=./sys/\\* -c . | docker import -c 'ENV LANG=C.UTF-8' - "$1"`
    await outputOf({ argv: ['sh', '-c', script, root, OWN_BASE], onLine })
  } finally {
    // Never into a file system that a killed debootstrap left mounted.
    await runProgram({ argv: ['rm', '-rf', '--one-file-system', folder] })
    await rm(folder, { recursive: true, force: true })
  }
}

/** Where this machine gets Debian from; the public address elsewhere. */
async function debianMirror(): Promise<string> {
  const sources = await Promise.all(
    ['/etc/apt/sources.list', '/etc/apt/sources.list.d/debian.sources'].map((path) =>
      readFile(path, 'utf8').catch(() => ''),
    ),
  )
  const found = /https?:\/\/\S+\/debian\/?(?=\s|$)/.exec(sources.join('\n'))?.[0]
  return found ?? 'http://deb.debian.org/debian'
}
