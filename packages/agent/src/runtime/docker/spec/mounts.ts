// What of the device's file system the container sees. Nothing of /home, no user database, no folder made up on the way.
import { join } from 'node:path'
import { CodedError } from '@bongsu/foundation'
import { CONTAINER_COOKIE_DIR, CONTAINER_SOCKET_DIR } from '../../../display/display-binding.ts'
import type { BindMount } from '../create-options.ts'
import { groupMounts } from './group.ts'
import { secretMounts } from './secrets.ts'
import type { SpecInput } from './spec-input.ts'
import { sessionUser } from './user.ts'
import { userMounts } from './user-files.ts'

const readOnly = (Source: string, Target: string): BindMount => ({
  Type: 'bind',
  Source,
  Target,
  ReadOnly: true,
})

const UDEV_DATA = '/run/udev/data'

const wantsCamera = ({ profile }: SpecInput): boolean =>
  profile.devices?.some(({ kind }) => kind === 'camera') ?? false

export function mounts(input: SpecInput): BindMount[] {
  const { display } = input.request
  return [
    // The directories, not the files in them: X replaces its socket and we the cookie while the container runs.
    ...(display
      ? [readOnly(display.socketDir, CONTAINER_SOCKET_DIR), readOnly(display.cookieDir, CONTAINER_COOKIE_DIR)]
      : []),
    ...(input.userFolder === undefined ? [] : userMounts(input.userFolder)),
    ...(wantsCamera(input) && input.host.hasUdevData ? [readOnly(UDEV_DATA, UDEV_DATA)] : []),
    ...timeZoneMounts(input),
    ...groupMounts(input),
    ...secretMounts(input),
    ...volumeFolders(input).map(
      ({ source, target }): BindMount => ({
        Type: 'bind',
        Source: source,
        Target: target,
        ReadOnly: false,
      }),
    ),
  ]
}

/**
 * The device's time zone, under its own name: in many images `/etc/localtime` is a link to the file of UTC, and what is
 * mounted on a link is mounted on that file, so that UTC would no longer be UTC.
 */
function timeZoneMounts({ host: { hasLocaltime, timeZone } }: SpecInput): BindMount[] {
  if (!hasLocaltime) return []
  return [
    readOnly('/etc/localtime', timeZone === undefined ? '/etc/localtime' : `/usr/share/zoneinfo/${timeZone}`),
  ]
}

/**
 * Folders of the device behind the profile's volumes; they must exist before the container is made.
 * @throws CodedError AGENT_PROFILE_INVALID for a volume that the launch does not declare
 */
export function volumeFolders({
  request,
  profile,
  volumesDir,
}: SpecInput): { source: string; target: string }[] {
  const declared = new Set(request.launch.profile.volumes?.map(({ name }) => name))
  return (profile.volumes ?? []).map(({ volume, path }) => {
    if (!declared.has(volume)) {
      throw new CodedError('AGENT_PROFILE_INVALID', { parameters: { problem: `no volume ${volume}` } })
    }
    return { source: join(volumesDir, request.launch.deploymentId, volume), target: path }
  })
}

/**
 * Private scratch space of the session's user; `exec` because Python packages and single-file programs load what they
 * unpack there. The engine mounts by depth, so what is mounted below `/tmp` stays visible.
 */
export function temporaryFileSystems(input: SpecInput): Record<string, string> {
  const user = sessionUser(input)
  if (!user) return {}
  const owner = `uid=${user.uid},gid=${user.gid},mode=0700`
  const hasHome = input.profile.volumes?.some(({ path }) => path === user.home)
  return {
    [user.runtimeDir]: `rw,nosuid,nodev,size=64m,${owner}`,
    ...(!hasHome && { [user.home]: `rw,nosuid,nodev,exec,${owner}` }),
    ...(!livesInTmp(input) && { '/tmp': 'rw,nosuid,nodev,exec,mode=1777' }),
  }
}

/** A program that lies in the image's own `/tmp` would be hidden by another one. */
function livesInTmp({ profile, imageWords }: SpecInput): boolean {
  const { workingDirectory = '', entrypoint = [], command = [], volumes = [] } = profile
  const words = [workingDirectory, ...entrypoint, ...command, ...imageWords]
  return (
    words.some((word) => /(?:^|[=\s"'])\/tmp(?:\/|$)/.test(word)) ||
    volumes.some(({ path }) => path === '/tmp')
  )
}
