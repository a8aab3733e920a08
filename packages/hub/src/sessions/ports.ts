// What the session gateway needs of the rest of the hub, and what it offers in return.
// Features implement the first two interfaces; routes and services use the third. No wire or database shape crosses.
import type {
  CommandResult,
  DesiredState,
  DesiredStateAck,
  DeviceApproval,
  DisplayReport,
  HostFacts,
  HostHealth,
  IncomingStream,
  Location,
  Report,
} from '@bongsu/protocol'

/** Identity and liveness of devices; implemented by the devices feature. */
export interface SessionDevices {
  /** The device that owns this raw Ed25519 public key (base64url), or `undefined`. */
  findByKey(publicKey: string): Promise<{ deviceId: string; approval: DeviceApproval } | undefined>
  /** Durably takes the next session number of the device and marks it online. Epochs only rise. */
  openSession(deviceId: string, opened: SessionOpening): Promise<{ epoch: number; approval: DeviceApproval }>
  /** Marks the device offline unless a newer epoch has taken over; an older close changes nothing. */
  closeSession(deviceId: string, epoch: number): Promise<void>
  /** Kept in memory, persisted coalesced. Synchronous: runs for every heartbeat of the fleet. */
  recordHeartbeat(deviceId: string, epoch: number, beat: HeartbeatRecord): void
  recordFacts(deviceId: string, facts: HostFacts, observedAt: string): Promise<void>
}

export interface SessionOpening {
  agentVersion: string
  bootId?: string | undefined
  hostname?: string | undefined
  ipAddress?: string | undefined
  localApiPort?: number | undefined
  location?: Location | undefined
  acceptedGeneration: number
}

export interface HeartbeatRecord {
  receivedAt: Date
  health: HostHealth
  display?: DisplayReport | undefined
  location?: Location | undefined
}

/** Desired state and reports; implemented by the deployments feature. */
export interface SessionLaunches {
  /** The whole desired state of a device; generation 0 with no launches when nothing was ever wished. */
  desiredStateFor(deviceId: string): Promise<DesiredState>
  /** Idempotent: duplicates, older sequences of the same epoch and older epochs change nothing. */
  recordReport(deviceId: string, epoch: number, report: Report): Promise<void>
  recordAck(deviceId: string, ack: DesiredStateAck): Promise<void>
}

/** What happens to sessions, counted; labels are few and known. */
export interface SessionCounters {
  opened(): void
  /** Of sessions that never said hello too. */
  ended(why: string): void
  refused(code: string): void
}

/** What the gateway offers to features: which device is on the line here, and how to talk to it. */
export interface Sessions {
  isConnected(deviceId: string): boolean
  /** Sends the present desired state when the device is connected and accepted; otherwise it comes at its next session. */
  pushDesiredState(deviceId: string): Promise<void>
  /** Tells the device its approval changed; `revoked` closes the session. */
  changeApproval(deviceId: string, approval: DeviceApproval): Promise<void>
  /**
   * A fresh PNG of the device's screen.
   * @throws CodedError HUB_DEVICE_OFFLINE, HUB_DEVICE_TIMEOUT, or the agent's own reason
   */
  screenshot(deviceId: string, options: ScreenshotOptions): Promise<Uint8Array>
  /**
   * The device's screen as it changes, one stream for each call: PNG frames, each after its length (u32, big endian).
   * Reading slowly makes the device send fewer; the reader ends it by leaving or `cancel`.
   * @throws CodedError HUB_DEVICE_OFFLINE, HUB_DEVICE_TIMEOUT, or the agent's own reason
   */
  liveView(deviceId: string, options: LiveViewOptions): Promise<IncomingStream>
  /** Ends all sessions politely; agents come back after a random delay. */
  drain(): Promise<void>
}

export interface ScreenshotOptions {
  launchId?: string | undefined
  maxWidthPixels?: number | undefined
  timeoutMs: number
}

export interface LiveViewOptions {
  launchId?: string | undefined
  maxWidthPixels?: number | undefined
  /** At most. */
  framesPerSecond: number
  durationSeconds: number
  /** Until the device opens the stream. */
  timeoutMs: number
}

export type { CommandResult }
