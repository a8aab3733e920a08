// What a device's states are called and how urgent they look. Pure.
import type { Device, DeviceApproval, DeviceConnection, DisplayReport, ScreenPower } from '@bongsu/protocol'
import type { Status } from '../layout/status-badge.tsx'
import type { TextKey } from '../locales/translation.ts'

export const CONNECTION_STATUS: Record<DeviceConnection['state'], Status> = {
  never: { tone: 'neutral', icon: 'clock', text: 'devices.connection.never' },
  unknown: { tone: 'neutral', icon: 'question', text: 'devices.connection.unknown' },
  online: { tone: 'good', icon: 'link', text: 'devices.connection.online' },
  offline: { tone: 'bad', icon: 'linkOff', text: 'devices.connection.offline' },
}

export const APPROVAL_STATUS: Record<DeviceApproval, Status> = {
  pending: { tone: 'warning', icon: 'alert', text: 'devices.approval.pending' },
  accepted: { tone: 'good', icon: 'check', text: 'devices.approval.accepted' },
  revoked: { tone: 'bad', icon: 'cross', text: 'devices.approval.revoked' },
}

const DISPLAY_STATUS: Record<DisplayReport['state'], Status> = {
  unknown: { tone: 'neutral', icon: 'question', text: 'devices.display.unknown' },
  no_display: { tone: 'warning', icon: 'cross', text: 'devices.display.none' },
  socket_only: { tone: 'warning', icon: 'alert', text: 'devices.display.silent' },
  refused: { tone: 'bad', icon: 'cross', text: 'devices.display.refused' },
  ready: { tone: 'good', icon: 'monitor', text: 'devices.display.ready' },
  lost: { tone: 'bad', icon: 'linkOff', text: 'devices.display.lost' },
}

/** Whether anybody before the screen can see it. */
export const SCREEN_POWER: Record<ScreenPower, Status> = {
  on: { tone: 'good', icon: 'eye', text: 'devices.power.on' },
  covered: { tone: 'warning', icon: 'eyeOff', text: 'devices.power.covered' },
  off: { tone: 'warning', icon: 'eyeOff', text: 'devices.power.off' },
  unknown: { tone: 'neutral', icon: 'question', text: 'devices.power.unknown' },
}

export const displayStatus = (device: Device): Status => DISPLAY_STATUS[device.display?.state ?? 'unknown']

/** `:0 1920×1080`, as much of it as is known. */
export function describeDisplay(display: DisplayReport | undefined): string | undefined {
  if (!display) return undefined
  const { number, widthPixels, heightPixels } = display
  const size = widthPixels && heightPixels ? `${widthPixels}×${heightPixels}` : undefined
  const parts = [number === undefined ? undefined : `:${number}`, size]
  return parts.filter((part) => part !== undefined).join(' ') || undefined
}

/** Since when the connection's state holds, or when the device was last heard of. */
export const connectionTime = ({ state, since, lastSeenAt }: DeviceConnection): string | undefined =>
  state === 'online' ? (since ?? lastSeenAt) : (lastSeenAt ?? since)

export const LOCATION_SOURCE: Record<'operator' | 'agent-config' | 'gpsd', TextKey> = {
  operator: 'devices.source.operator',
  'agent-config': 'devices.source.agentConfig',
  gpsd: 'devices.source.gpsd',
}
