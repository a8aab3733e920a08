// What a hub knows of devices and launches, in memory: the ports of the session gateway, with everything they were told.
import {
  type DesiredState,
  type DesiredStateAck,
  type DeviceApproval,
  newId,
  type Report,
} from '@bongsu/protocol'
import type {
  HeartbeatRecord,
  SessionDevices,
  SessionLaunches,
  SessionOpening,
} from '../../packages/hub/src/sessions/ports.ts'

export interface KnownDevice {
  readonly deviceId: string
  readonly publicKey: string
  approval: DeviceApproval
  epoch: number
  isOnline: boolean
  readonly openings: SessionOpening[]
  readonly heartbeats: HeartbeatRecord[]
  readonly closedEpochs: number[]
  readonly acks: DesiredStateAck[]
  readonly reports: Report[]
  facts: unknown
  desired: DesiredState
}

export interface MemoryRegister {
  readonly devices: SessionDevices
  readonly launches: SessionLaunches
  /** The same key is the same device; a pending one with a good token is accepted. */
  enrol(publicKey: string, approval: 'pending' | 'accepted'): { deviceId: string; approval: DeviceApproval }
  readonly known: Map<string, KnownDevice>
  /** The only device. @throws Error when there is not exactly one */
  only(): KnownDevice
}

export function createMemoryRegister(): MemoryRegister {
  const known = new Map<string, KnownDevice>()
  const byKey = (publicKey: string) => [...known.values()].find((device) => device.publicKey === publicKey)
  const get = (deviceId: string) => {
    const device = known.get(deviceId)
    if (!device) throw new Error(`no device ${deviceId}`)
    return device
  }

  const devices: SessionDevices = {
    findByKey: async (publicKey) => byKey(publicKey),
    async openSession(deviceId, opened) {
      const device = get(deviceId)
      device.epoch += 1
      device.isOnline = true
      device.openings.push(opened)
      return { epoch: device.epoch, approval: device.approval }
    },
    async closeSession(deviceId, epoch) {
      const device = get(deviceId)
      device.closedEpochs.push(epoch)
      if (epoch >= device.epoch) device.isOnline = false
    },
    recordHeartbeat: (deviceId, _epoch, beat) => void get(deviceId).heartbeats.push(beat),
    async recordFacts(deviceId, facts) {
      get(deviceId).facts = facts
    },
  }

  const launches: SessionLaunches = {
    desiredStateFor: async (deviceId) => get(deviceId).desired,
    recordReport: async (deviceId, _epoch, report) => void get(deviceId).reports.push(report),
    recordAck: async (deviceId, ack) => void get(deviceId).acks.push(ack),
  }

  return {
    devices,
    launches,
    known,
    enrol(publicKey, approval) {
      const device = byKey(publicKey) ?? newDevice(publicKey)
      known.set(device.deviceId, device)
      if (approval === 'accepted') device.approval = 'accepted'
      return { deviceId: device.deviceId, approval: device.approval }
    },
    only() {
      const [device, ...others] = known.values()
      if (!device || others.length > 0) throw new Error(`${known.size} devices`)
      return device
    },
  }
}

const newDevice = (publicKey: string): KnownDevice => ({
  deviceId: newId('dev'),
  publicKey,
  approval: 'pending',
  epoch: 0,
  isOnline: false,
  openings: [],
  heartbeats: [],
  closedEpochs: [],
  acks: [],
  reports: [],
  facts: undefined,
  desired: { type: 'desired-state', generation: 0, launches: [] },
})
