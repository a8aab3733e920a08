// The requests that darken a screen or keep it lit: core screen saver, MIT-SCREEN-SAVER, DPMS. Pure.
// Sources: X11 protocol (SetScreenSaver, ForceScreenSaver), saver.txt, dpms.txt.
import { ByteReader } from './byte-reader.ts'
import { extensionRequest } from './extension.ts'
import { FRAME_HEADER_BYTES } from './frame-reader.ts'
import type { XRequest } from './requests.ts'

/** Core: a time-out of 0 switches the saver off. */
export function disableScreenSaver(): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt8(107, 0)
  bytes.writeUInt16LE(3, 2)
  // time-out 0, interval 0; prefer-blanking and allow-exposures as they are set (Default).
  bytes.writeUInt8(2, 8)
  bytes.writeUInt8(2, 9)
  return bytes
}

/** Core: as if somebody had touched a key. */
export function resetScreenSaver(): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt8(115, 0)
  bytes.writeUInt16LE(1, 2)
  return bytes
}

/** Core GetScreenSaver: seconds without input until the screen is blanked; 0 never. */
export function getScreenSaverTimeout(): XRequest<number> {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt8(108, 0)
  bytes.writeUInt16LE(1, 2)
  return { bytes, maxReplyBytes: FRAME_HEADER_BYTES, decode: (reply) => reply.readUInt16LE(8) }
}

/** MIT-SCREEN-SAVER QueryInfo: whether the saver covers the screen now. */
export function queryScreenSaver(opcode: number, window: number): XRequest<'off' | 'on' | 'disabled'> {
  return {
    bytes: extensionRequest(opcode, 1, [window]),
    maxReplyBytes: FRAME_HEADER_BYTES,
    decode: (reply) => (['off', 'on'] as const)[reply.readUInt8(1)] ?? 'disabled',
  }
}

export interface PowerInfo {
  readonly level: 'on' | 'standby' | 'suspend' | 'off'
  readonly isEnabled: boolean
}

export function getPowerInfo(opcode: number): XRequest<PowerInfo> {
  return {
    bytes: extensionRequest(opcode, 7),
    maxReplyBytes: FRAME_HEADER_BYTES,
    decode(reply) {
      const reader = new ByteReader(reply, 8)
      const level = (['on', 'standby', 'suspend', 'off'] as const)[reader.uint16()] ?? 'on'
      return { level, isEnabled: reader.uint8() !== 0 }
    },
  }
}

/** DPMSCapable: false where the server drives no monitor it could put to sleep. */
export function isPowerCapable(opcode: number): XRequest<boolean> {
  return {
    bytes: extensionRequest(opcode, 1),
    maxReplyBytes: FRAME_HEADER_BYTES,
    decode: (reply) => reply.readUInt8(8) !== 0,
  }
}

export const disablePowerSaving = (opcode: number): Buffer => extensionRequest(opcode, 5)

/** DPMSForceLevel on: the level only counts while power saving is enabled. */
export function wakeMonitor(opcode: number): Buffer {
  return extensionRequest(opcode, 6, [0])
}
