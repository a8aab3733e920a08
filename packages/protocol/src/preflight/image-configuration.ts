// What an image's configuration and a launch profile tell together before anything runs. Pure: the hub asks it before a
// deployment, the agent before a launch. Files within the image are the agent's to look at.
import type { LaunchProfile } from '../model/launch-profile.ts'
import type { ImageConfiguration } from '../model/package.ts'
import { commandFindings, effectiveCommand } from './command.ts'
import type { ConfiguredContainer } from './configured-container.ts'
import { environmentFindings } from './environment.ts'
import { distinctFindings, fail, type PreflightFinding, warn } from './preflight-finding.ts'

/** Of all containers of the launch; each finding once, failures first. */
export function checkImageConfiguration(
  image: ImageConfiguration,
  launch: LaunchProfile,
): PreflightFinding[] {
  const containers = launch.containers.map((profile) => ({ image, profile, launch }))
  return distinctFindings([
    ...containers.flatMap((container) => [
      ...commandFindings(container),
      ...environmentFindings(container),
      ...folderFindings(container),
      ...userFindings(container),
    ]),
    ...gpuFindings(image, launch),
  ])
}

/** P6: what hides the application's own folder. */
function folderFindings(container: ConfiguredContainer): PreflightFinding[] {
  const { image, profile } = container
  const own = withoutSlash(image.workingDirectory ?? '')
  const wanted = profile.workingDirectory && withoutSlash(profile.workingDirectory)
  const moved =
    wanted && own !== '' && wanted !== own
      ? [warn('AGENT_PREFLIGHT_WORKING_DIRECTORY', { package: cut(wanted), image: cut(own) })]
      : []
  const needed = [own, ...effectiveCommand(container).filter((word) => word.startsWith('/'))].filter(Boolean)
  const hidden = (profile.volumes ?? []).flatMap(({ path }) => {
    const victim = needed.find((file) => isWithin(file, path))
    return victim ? [warn('AGENT_PREFLIGHT_VOLUME_HIDES', { path: cut(path), hidden: cut(victim) })] : []
  })
  return [...moved, ...hidden]
}

/** What a numeric user of the device's session cannot read, and a user that no cookie can be given to. */
function userFindings(container: ConfiguredContainer): PreflightFinding[] {
  const { image, profile, launch } = container
  if (!launch.display) return []
  if (profile.runAs === 'image') {
    const user = image.user ?? ''
    const isNumeric = user === '' || /^\d+(:\d+)?$/.test(user)
    const isLead = launch.containers[0] === profile
    return isLead && !isNumeric ? [fail('AGENT_PREFLIGHT_USER_NAME', { user: cut(user) })] : []
  }
  const folder = profile.workingDirectory ?? image.workingDirectory ?? ''
  const closed = [folder, ...effectiveCommand(container)].find((path) => isWithin(path, '/root'))
  return closed ? [warn('AGENT_PREFLIGHT_ROOT_FOLDER', { path: cut(closed) })] : []
}

/** G11: images for CUDA say so in a variable; an empty or `void` one takes that back. */
function gpuFindings({ environment = [] }: ImageConfiguration, launch: LaunchProfile): PreflightFinding[] {
  const isForNvidia = environment.some((entry) => /^NVIDIA_VISIBLE_DEVICES=(?!void$|none$|$)/.test(entry))
  const asksForGpu = launch.containers.some(({ devices }) => devices?.some(({ kind }) => kind === 'gpu'))
  return isForNvidia && !asksForGpu ? [warn('AGENT_PREFLIGHT_GPU_NOT_ASKED')] : []
}

const withoutSlash = (path: string): string => path.replace(/\/+$/, '')

const isWithin = (path: string, folder: string): boolean =>
  path === withoutSlash(folder) || path.startsWith(`${withoutSlash(folder)}/`)

/** Parameters of a reason are bounded. */
const cut = (text: string): string => text.slice(0, 300)
