// Programs of Debian in a dozen toolkits, made by people who never thought of containers: each becomes visible with
// nothing said but its command. The same engine without the recipe shows nothing, so the recipe is what does it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type Docker from 'dockerode'
import { machineEngine } from '../../infra/docker-engine.ts'
import { programImage } from '../../infra/program-image.ts'
import { suiteCleanup } from '../../infra/suite-cleanup.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startXServer } from '../../infra/x-server.ts'
import { launchOf, presentImage, RealDevice } from './real-device.ts'

const python = (source: string): string[] => ['python3', '-c', source]

/** Toolkit to command. Nothing else is said of any of them. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  'GTK 3 (zenity)': ['zenity', '--info', '--text=봉수'],
  'GTK 4 (widget factory)': ['gtk4-widget-factory'],
  'Tk (python3-tk)': python(
    'import tkinter as t; w = t.Tk(); t.Label(w, text="봉수", font=("", 40)).pack(); w.mainloop()',
  ),
  'Qt 5 (PyQt5)': python(
    'from PyQt5.QtWidgets import *; a = QApplication([]); w = QLabel("봉수 Qt 5"); w.show(); a.exec_()',
  ),
  'Qt 6 (PyQt6)': python(
    'from PyQt6.QtWidgets import *; a = QApplication([]); w = QLabel("봉수 Qt 6"); w.show(); a.exec()',
  ),
  'SDL 2 (pygame)': python(
    'import pygame as p\np.display.init(); s = p.display.set_mode((320, 240)); c = p.time.Clock(); n = 0\n' +
      'while True: p.event.pump(); n += 1; s.fill((0, 90, 0)); p.draw.circle(s, (255, 200, 0), (160, 120), n % 90 + 5); p.display.flip(); c.tick(20)',
  ),
  'OpenGL (glxgears)': ['glxgears'],
  'OpenCV highgui (imshow)': python(
    'import cv2, numpy; i = numpy.zeros((240, 320, 3), numpy.uint8); cv2.circle(i, (160, 120), 80, (0, 200, 255), -1)\n' +
      'while True: cv2.imshow("bongsu", i); cv2.waitKey(100)',
  ),
  'video player (ffplay)': ['ffplay', '-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=10'],
  'browser (NetSurf)': ['netsurf-gtk', 'about:licence'],
  'browser (Dillo, FLTK)': ['dillo', 'about:splash'],
  'wxWidgets (python3-wxgtk4.0)': python(
    'import wx; a = wx.App(); f = wx.Frame(None, title="bongsu"); wx.StaticText(f, label="봉수 wx"); f.Show(); a.MainLoop()',
  ),
  'Xt and Athena (xcalc)': ['xcalc'],
}
const AT_A_TIME = 3

describe('programs of Debian', () => {
  const cleanup = suiteCleanup()
  let docker: Docker
  let imageId: string

  before(async () => {
    docker = await machineEngine()
    imageId = (await docker.getImage(await programImage()).inspect()).Id
  })
  after(() => cleanup.run())

  describe('become visible with nothing said but their command', { concurrency: AT_A_TIME }, () => {
    for (const [toolkit, command] of Object.entries(PROGRAMS)) test(toolkit, () => becomesVisible(command))
  })

  test('there are at least ten of them', () => assert.ok(Object.keys(PROGRAMS).length >= 10))

  /** On a screen of its own: without a window manager the next program would cover it. */
  async function becomesVisible(command: readonly string[]): Promise<void> {
    const x = await startXServer(cleanup)
    const device = new RealDevice(cleanup, { x })
    await device.startAgent()
    const launch = launchOf(presentImage(imageId), {
      containers: [{ name: 'main', command: [...command] }],
      display: { required: true },
    })
    await device.want(launch)
    const { picture, containers, restarts } = await device.until(
      launch.launchId,
      'the picture',
      (status) => status.picture?.verdict === 'visible',
    )
    assert.ok((picture?.widthPixels ?? 0) > 20)
    assert.equal(restarts, 0)
    const { State } = await docker.getContainer(containers[0]?.containerId ?? '').inspect()
    assert.ok(State.Running)
    await device.want()
    await device.until(launch.launchId, 'the end', ({ phase }) => phase === 'stopped')
    await device.stopAgent()
  }

  test('fail without the recipe on the same engine', async () => {
    const x = await startXServer(cleanup)
    const container = await docker.createContainer({
      Image: imageId,
      Cmd: ['xcalc'],
      Env: [`DISPLAY=:${x.display}`],
      HostConfig: { NetworkMode: 'none' },
    })
    cleanup.after(() => container.remove({ force: true }))
    await container.start()
    const { State } = await waitFor(() => container.inspect(), {
      what: 'its end',
      until: (inspected) => !inspected.State.Running,
    })
    assert.notEqual(State.ExitCode, 0)
  })
})
