// How the engine refuses a container, in its own words.
import { mkdirSync } from 'node:fs'
import type { FailingRun } from './failing-run.ts'
import type { LiveCase } from './live-case.ts'

export function engineCases(image: string, emptyFolder: string): LiveCase[] {
  const run = (more: Partial<FailingRun>) => (): FailingRun => ({ image, ...more })
  return [
    {
      id: 'E1',
      what: 'a mount of what is not there',
      code: 'AGENT_CAUSE_MOUNT_SOURCE',
      run: run({
        command: ['true'],
        options: { HostConfig: { Mounts: [{ Type: 'bind', Source: '/no/such/folder', Target: '/x' }] } },
      }),
    },
    {
      id: 'E2',
      what: 'flags of docker run as arguments',
      code: 'AGENT_CAUSE_ENGINE_FLAG_AS_COMMAND',
      run: run({ command: ['--device', '/dev/dri', '--user', '1000'] }),
    },
    {
      id: 'E3',
      what: 'a command that is not there',
      code: 'AGENT_CAUSE_COMMAND_NOT_FOUND',
      run: run({ command: ['no-such-program'] }),
    },
    {
      id: 'E4',
      what: 'a command that may not be run',
      code: 'AGENT_CAUSE_COMMAND_NOT_EXECUTABLE',
      run: run({ command: ['/etc/passwd'] }),
    },
    {
      id: 'E6',
      what: 'a folder mounted over a file',
      code: 'AGENT_CAUSE_MOUNT_TYPE',
      run: () => {
        mkdirSync(emptyFolder, { recursive: true })
        return {
          image,
          command: ['true'],
          options: { HostConfig: { Binds: [`${emptyFolder}:/etc/passwd`] } },
        }
      },
    },
    {
      id: 'E8',
      what: 'a group by a name that the image lacks',
      code: 'AGENT_CAUSE_GROUP_NAME',
      run: run({ command: ['true'], options: { HostConfig: { GroupAdd: ['render-of-the-host'] } } }),
    },
    {
      id: 'E9',
      what: 'a device node that is not there',
      code: 'AGENT_CAUSE_DEVICE_NODE',
      run: run({
        command: ['true'],
        options: {
          HostConfig: {
            Devices: [
              { PathOnHost: '/dev/dri/card0', PathInContainer: '/dev/dri/card0', CgroupPermissions: 'rw' },
            ],
          },
        },
      }),
    },
  ]
}
