// The display's state and a verdict in the words of the protocol. Pure.
import type { DisplayReport, Picture, Reason } from '@bongsu/protocol'
import type { AbsentDisplay, DisplayState, ReadyDisplay } from './display-state.ts'
import type { PictureCheck } from './picture-check.ts'
import type { ScreenDescription } from './screen-description.ts'

const MAX_REASON_LENGTH = 500
const MAX_SCREENS = 16

/** @param description of this very display; absent until it was looked at more closely */
export function toDisplayReport(state: DisplayState, description?: ScreenDescription): DisplayReport {
  const checkedAt = state.checkedAt.toISOString()
  switch (state.kind) {
    case 'unseen':
      return { state: 'unknown', checkedAt }
    case 'no_display':
      return { state: 'no_display', checkedAt }
    case 'lost':
      return { state: 'lost', number: state.number, checkedAt }
    case 'socket_only':
      return { state: 'socket_only', number: state.number, checkedAt }
    case 'refused': {
      const reason = state.reason.slice(0, MAX_REASON_LENGTH)
      return { state: 'refused', number: state.number, ...(reason && { reason }), checkedAt }
    }
    case 'ready': {
      return { state: 'ready', ...readyReport(state.display), ...descriptionReport(description), checkedAt }
    }
  }
}

function readyReport(display: ReadyDisplay): Omit<DisplayReport, 'state' | 'checkedAt'> {
  const { number, widthPixels, heightPixels, serverKind, isVirtual, isOwned, isUnprotected } = display
  const { uid, userName } = display.sessionUser
  return {
    number,
    widthPixels,
    heightPixels,
    serverKind,
    isVirtual,
    ...(isOwned && { isOwned }),
    ...(isUnprotected !== undefined && { isUnprotected }),
    screens: display.screens.slice(0, MAX_SCREENS),
    session: { uid, ...(userName !== undefined && { userName: userName.slice(0, 64) }), ...display.session },
  }
}

function descriptionReport(description: ScreenDescription | undefined): Partial<DisplayReport> {
  if (!description) return {}
  const { outputs, windowManager, power } = description
  return { outputs: [...outputs], power, ...(windowManager !== undefined && { windowManager }) }
}

/** Why a launch has to wait for the display. */
export function toWaitingReason(state: AbsentDisplay | Exclude<DisplayState, { kind: 'ready' }>): Reason {
  switch (state.kind) {
    case 'lost':
      return toWaitingReason(state.left)
    case 'unseen':
      return state.reason
    case 'no_display':
      return state.reason ?? { code: 'AGENT_NO_DISPLAY' }
    case 'refused': {
      const reason = state.reason.slice(0, MAX_REASON_LENGTH)
      return { code: 'AGENT_DISPLAY_REFUSED', parameters: { number: state.number, reason }, quote: reason }
    }
    case 'socket_only':
      return socketReason(state)
  }
}

function socketReason(state: Extract<AbsentDisplay, { kind: 'socket_only' }>): Reason {
  const { number, detail } = state
  switch (state.cause) {
    case 'stale_socket':
      return { code: 'AGENT_DISPLAY_STALE_SOCKET', parameters: { number } }
    case 'timeout':
      return { code: 'AGENT_DISPLAY_SILENT', parameters: { number } }
    case 'denied': {
      const reason = `permission denied on ${detail}`.slice(0, MAX_REASON_LENGTH)
      return { code: 'AGENT_DISPLAY_REFUSED', parameters: { number, reason } }
    }
    case 'not_x11':
      return {
        code: 'AGENT_DISPLAY_PROTOCOL',
        parameters: { number, problem: detail.slice(0, MAX_REASON_LENGTH) },
      }
  }
}

const MAX_NOTES = 4

export function toPicture({ verdict, note, placementNotes = [], window, checkedAt }: PictureCheck): Picture {
  const notes = [...noteReason(note), ...placementNotes].slice(0, MAX_NOTES)
  return {
    verdict,
    ...(window?.title !== undefined && { windowTitle: window.title }),
    ...(window && {
      widthPixels: window.geometry.widthPixels,
      heightPixels: window.geometry.heightPixels,
    }),
    ...(notes.length > 0 && { notes }),
    checkedAt: checkedAt.toISOString(),
  }
}

/** Only what lasts is worth a word: a window that moved while we looked is looked at again. */
function noteReason(note: PictureCheck['note']): Reason[] {
  if (note === 'hidden') return [{ code: 'AGENT_WINDOW_HIDDEN' }]
  if (note === 'screen_dark') return [{ code: 'AGENT_SCREEN_DARK' }]
  return []
}
