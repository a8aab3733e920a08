// Which devices a request means: those it names, and those that its selector means now.
import { CodedError } from '@bongsu/foundation'
import type { DeploymentRequest, DeviceSelector } from '@bongsu/protocol'
import { InvalidRequest } from '../plugins/invalid-request.ts'

/** Of one deployment. */
export const MAX_TARGETS = 10_000

/**
 * Named devices first, each once.
 * @throws InvalidRequest when neither is given or more are meant than one deployment takes
 * @throws CodedError HUB_DEPLOYMENT_NO_DEVICE when the selector means no accepted device
 */
export async function resolveTargets(
  { deviceIds = [], selector }: Pick<DeploymentRequest, 'deviceIds' | 'selector'>,
  select: (selector: DeviceSelector, limit: number) => Promise<readonly string[]>,
): Promise<string[]> {
  if (!selector) {
    if (deviceIds.length > 0) return [...deviceIds]
    throw new InvalidRequest([{ pointer: '/deviceIds', message: 'or a selector must name devices' }])
  }
  const selected = await select(selector, MAX_TARGETS + 1)
  const ids = [...new Set([...deviceIds, ...selected])]
  if (ids.length === 0) throw new CodedError('HUB_DEPLOYMENT_NO_DEVICE')
  if (ids.length > MAX_TARGETS) {
    throw new InvalidRequest([
      { pointer: '/selector', message: `more than ${MAX_TARGETS} devices are meant` },
    ])
  }
  return ids
}
