// What is told before anything runs, from the configuration of the image and the launch profile alone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { explain } from '../errors/catalogue.ts'
import type { ContainerProfile, LaunchProfile } from '../model/launch-profile.ts'
import type { ImageConfiguration } from '../model/package.ts'
import { effectiveCommand } from './command.ts'
import { checkImageConfiguration } from './image-configuration.ts'

const shown = (profile: Partial<ContainerProfile>, rest: Partial<LaunchProfile> = {}): LaunchProfile => ({
  containers: [{ name: 'main', ...profile }],
  display: { required: true },
  ...rest,
})
const good: ImageConfiguration = { command: ['python3', 'main.py'], workingDirectory: '/app' }

interface Case {
  readonly what: string
  readonly image?: ImageConfiguration
  readonly profile: LaunchProfile
  /** `severity CODE parameters`, in order. */
  readonly found: readonly string[]
}

const cases: readonly Case[] = [
  { what: 'nothing is wrong', profile: shown({}), found: [] },
  { what: 'no command', image: {}, profile: shown({}), found: ['fail AGENT_PREFLIGHT_NO_COMMAND'] },
  {
    what: 'an entrypoint of the profile takes the command of the image away',
    image: { ...good, entrypoint: ['/entry'] },
    profile: shown({ entrypoint: ['/other'] }),
    found: [],
  },
  {
    what: 'an empty entrypoint leaves the command',
    image: { command: ['--device', '/dev/dri'], entrypoint: ['/entry'] },
    profile: shown({ entrypoint: [] }),
    found: ['fail AGENT_CAUSE_ENGINE_FLAG_AS_COMMAND --device'],
  },
  {
    what: 'engine flags as the command (E2)',
    image: { workingDirectory: '/app' },
    profile: shown({ command: ['--device', '/dev/dri', 'python3', 'main.py'] }),
    found: ['fail AGENT_CAUSE_ENGINE_FLAG_AS_COMMAND --device'],
  },
  ...(
    [
      [['--gpus', 'all'], '--gpus'],
      [['--ipc=host'], '--ipc=host'],
      [['--net', 'host'], '--net'],
      [['-v', '/tmp/.X11-unix:/tmp/.X11-unix'], '-v'],
      [['-e', 'DISPLAY=:0'], '-e'],
      [['--device=/dev/dri'], '--device=/dev/dri'],
      [['--privileged'], '--privileged'],
    ] as const
  ).map(
    ([words, flag]): Case => ({
      what: `${flag} behind an entrypoint`,
      image: { ...good, entrypoint: ['python3'] },
      profile: shown({ command: ['main.py', ...words] }),
      found: [`warn AGENT_CAUSE_ENGINE_FLAG_AS_COMMAND ${flag}`],
    }),
  ),
  {
    what: 'flags that programs have for their own',
    profile: shown({
      command: [
        ...['yolo', '--device', 'cuda:0', '--gpus', '1', '-v', '-e', '5', '--device', '/dev/video0'],
        ...['--user', 'x', '--network=resnet', '--env', 'gym', '--ipc', 'x'],
      ],
    }),
    found: [],
  },
  {
    what: 'another Qt platform (Q4)',
    profile: shown({ environment: { QT_QPA_PLATFORM: 'offscreen' } }),
    found: ['warn AGENT_PREFLIGHT_WINDOWLESS QT_QPA_PLATFORM offscreen'],
  },
  {
    what: 'the image’s own Qt platform is replaced by the recipe',
    image: { ...good, environment: ['QT_QPA_PLATFORM=offscreen', 'DISPLAY=:5', 'LANG=C'] },
    profile: shown({}),
    found: [],
  },
  {
    what: 'Wayland by the profile and by the image (Q5)',
    image: { ...good, environment: ['SDL_VIDEODRIVER=wayland'] },
    profile: shown({ environment: { GDK_BACKEND: 'wayland', QT_QPA_PLATFORM: 'wayland' } }),
    found: ['warn AGENT_CAUSE_WAYLAND_LEAKED'],
  },
  {
    what: 'values with which a window opens',
    image: { ...good, environment: ['SDL_VIDEODRIVER=x11', 'MPLBACKEND=Agg'] },
    profile: shown({ environment: { QT_QPA_PLATFORM: 'xcb', GDK_BACKEND: 'x11,*', MPLBACKEND: 'QtAgg' } }),
    found: [],
  },
  {
    what: 'plots into files',
    image: { ...good, environment: ['MPLBACKEND=Agg'] },
    profile: shown({}),
    found: ['warn AGENT_PREFLIGHT_WINDOWLESS MPLBACKEND Agg'],
  },
  {
    what: 'Qt told to load the plugins of OpenCV (Q3)',
    image: {
      ...good,
      environment: ['QT_QPA_PLATFORM_PLUGIN_PATH=/usr/lib/python3/site-packages/cv2/qt/plugins'],
    },
    profile: shown({}),
    found: ['warn AGENT_CAUSE_QT_OPENCV_CLASH'],
  },
  {
    what: 'no UTF-8 (P7)',
    image: { ...good, environment: ['LC_ALL=POSIX'] },
    profile: shown({}),
    found: ['warn AGENT_CAUSE_LOCALE'],
  },
  {
    what: 'DISPLAY without a display (X5)',
    profile: { containers: [{ name: 'main', environment: { DISPLAY: ':0' } }] },
    found: ['warn AGENT_PREFLIGHT_DISPLAY_NOT_DECLARED DISPLAY'],
  },
  {
    what: 'another working directory (P6)',
    profile: shown({ workingDirectory: '/workspace/' }),
    found: ['warn AGENT_PREFLIGHT_WORKING_DIRECTORY /workspace /app'],
  },
  { what: 'the same working directory', profile: shown({ workingDirectory: '/app/' }), found: [] },
  {
    what: 'a volume over the application (P6)',
    image: { command: ['/opt/program/bin/start'], workingDirectory: '/srv' },
    profile: shown({ volumes: [{ volume: 'data', path: '/opt/program' }] }, { volumes: [{ name: 'data' }] }),
    found: ['warn AGENT_PREFLIGHT_VOLUME_HIDES /opt/program /opt/program/bin/start'],
  },
  {
    what: 'a volume below the application’s folder',
    profile: shown({ volumes: [{ volume: 'data', path: '/app/data' }] }, { volumes: [{ name: 'data' }] }),
    found: [],
  },
  {
    what: 'a user by name',
    image: { ...good, user: 'app' },
    profile: shown({ runAs: 'image' }),
    found: ['fail AGENT_PREFLIGHT_USER_NAME app'],
  },
  {
    what: 'a user by number',
    image: { ...good, user: '1000:44' },
    profile: shown({ runAs: 'image' }),
    found: [],
  },
  { what: 'a user by name, not used', image: { ...good, user: 'app' }, profile: shown({}), found: [] },
  {
    what: 'a program in root’s folder (P4)',
    image: { command: ['python3', '/root/app/main.py'] },
    profile: shown({}),
    found: ['warn AGENT_PREFLIGHT_ROOT_FOLDER /root/app/main.py'],
  },
  {
    what: 'a program in root’s folder as root',
    image: { command: ['python3', '/root/app/main.py'] },
    profile: shown({ runAs: 'image' }),
    found: [],
  },
  {
    what: 'a browser as root (Q9)',
    image: { command: ['/usr/bin/chromium', '--kiosk'] },
    profile: shown({ runAs: 'image' }),
    found: ['warn AGENT_CAUSE_BROWSER_AS_ROOT'],
  },
  { what: 'a browser as the session', image: { command: ['chromium'] }, profile: shown({}), found: [] },
  {
    what: 'an image for CUDA and no GPU asked',
    image: { ...good, environment: ['NVIDIA_VISIBLE_DEVICES=all'] },
    profile: shown({}),
    found: ['warn AGENT_PREFLIGHT_GPU_NOT_ASKED'],
  },
  {
    what: 'an image for CUDA and a GPU asked',
    image: { ...good, environment: ['NVIDIA_VISIBLE_DEVICES=all'] },
    profile: shown({ devices: [{ kind: 'gpu' }] }),
    found: [],
  },
  {
    what: 'each once, failures first',
    image: { ...good, environment: ['MPLBACKEND=agg'] },
    profile: {
      containers: [{ name: 'a' }, { name: 'b' }, { name: 'c', entrypoint: ['-x'] }],
      display: { required: false },
    },
    found: ['fail AGENT_CAUSE_ENGINE_FLAG_AS_COMMAND -x', 'warn AGENT_PREFLIGHT_WINDOWLESS MPLBACKEND agg'],
  },
]

for (const { what, image = good, profile, found } of cases) {
  test(`before a launch: ${what}`, () => {
    const findings = checkImageConfiguration(image, profile)
    const told = findings.map(({ severity, reason }) =>
      [severity, reason.code, ...Object.values(reason.parameters ?? {})].join(' '),
    )
    assert.deepEqual(told, found)
    for (const { reason } of findings) {
      for (const language of ['ko', 'en'] as const) {
        const { title, remedy } = explain(reason, language)
        assert.doesNotMatch(title + remedy, /[{}]/)
      }
    }
  })
}

test('any configuration is told of within the bounds of a reason', () => {
  const words = fc.array(fc.oneof(fc.string({ maxLength: 4096 }), fc.constantFrom('-v', '/root', '--gpus')))
  const texts = fc.record({ entrypoint: words, command: words, environment: words })
  fc.assert(
    fc.property(texts, words, fc.string(), (image, command, path) => {
      const profile = shown({ command, workingDirectory: path, volumes: [{ volume: 'v', path: `/${path}` }] })
      for (const { reason } of checkImageConfiguration({ ...image, workingDirectory: path }, profile)) {
        for (const value of Object.values(reason.parameters ?? {})) assert.ok(String(value).length <= 500)
      }
      const container = { image, profile: profile.containers[0] ?? { name: 'x' }, launch: profile }
      assert.ok(
        effectiveCommand(container).length <=
          image.entrypoint.length + Math.max(command.length, image.command.length),
      )
    }),
  )
})
