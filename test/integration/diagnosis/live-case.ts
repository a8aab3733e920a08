// One row of the live table: how to fail, and what the diagnosis must say first.
import type { FailingRun } from './failing-run.ts'

export interface LiveCase {
  /** Of the reference table. */
  readonly id: string
  readonly what: string
  readonly code: string
  readonly run: () => FailingRun | Promise<FailingRun>
  /** Where it matters. */
  readonly exitCode?: number
}

export interface Screen {
  readonly number: number
  readonly authFile: string
}

/** Mounts as somebody would who knows about sockets and cookies. */
export const onScreen = ({ number, authFile }: Screen): Pick<FailingRun, 'environment' | 'options'> => ({
  environment: [`DISPLAY=:${number}`, 'XAUTHORITY=/cookie', 'XDG_RUNTIME_DIR=/tmp', 'QT_XCB_NO_MITSHM=1'],
  options: { HostConfig: { Binds: [SOCKETS, `${authFile}:/cookie:ro`] } },
})

export const SOCKETS = '/tmp/.X11-unix:/tmp/.X11-unix:ro'

/** A window of Qt 5 that stays. */
export const QT5_WINDOW = [
  'python3',
  '-c',
  'from PyQt5.QtWidgets import *; a = QApplication([]); w = QLabel("x"); w.show(); a.exec_()',
]
