// Ways in which a container on the device may be more than this device allows: each differs from the agent's own in one
// thing. Made, never started, so they are cheap.
import type Docker from 'dockerode'

export interface Change {
  readonly top?: Readonly<Record<string, unknown>>
  readonly host?: Readonly<Record<string, unknown>>
}

export interface HostileContainer {
  readonly what: string
  readonly change: Change | ((good: Docker.ContainerInspectInfo) => Change)
  /** In the reason. */
  readonly names: RegExp
}

const host = (what: string, config: Change['host'], names: RegExp): HostileContainer => ({
  what,
  change: { host: config ?? {} },
  names,
})
const top = (what: string, config: Change['top'], names: RegExp): HostileContainer => ({
  what,
  change: { top: config ?? {} },
  names,
})

const bind = (Source: string, Target: string, more: Readonly<Record<string, unknown>> = {}) => ({
  Mounts: [{ Type: 'bind', Source, Target, ReadOnly: true, ...more }],
})
const device = (path: string, more: Readonly<Record<string, unknown>> = {}) => ({
  Devices: [{ PathOnHost: path, PathInContainer: path, CgroupPermissions: 'rw', ...more }],
})
const security = (...options: readonly string[]) => ({
  SecurityOpt: ['no-new-privileges:true', ...options],
})

const PRIVILEGES: readonly HostileContainer[] = [
  host('privileged', { Privileged: true }, /Privileged/),
  host('the device’s processes', { PidMode: 'host' }, /PidMode/),
  {
    what: 'another’s processes',
    change: ({ Id }) => ({ host: { PidMode: `container:${Id}` } }),
    names: /PidMode/,
  },
  host('the device’s IPC', { IpcMode: 'host' }, /IPC namespace host/),
  {
    what: 'another’s IPC',
    change: ({ Id }) => ({ host: { IpcMode: `container:${Id}` } }),
    names: /IPC namespace/,
  },
  host('IPC for others to join', { IpcMode: 'shareable' }, /IPC namespace/),
  host('the device’s network', { NetworkMode: 'host' }, /network host/),
  {
    what: 'another launch’s network',
    change: ({ Id, Config }) => ({
      top: {
        Labels: { ...Config.Labels, 'bongsu.dev/launch': 'lau-zzzzzzzzzzzzzzzz', 'bongsu.dev/lead': Id },
        Hostname: '',
      },
      host: { NetworkMode: `container:${Id}` },
    }),
    names: /network container/,
  },
  {
    what: 'the device’s name',
    change: { top: { Hostname: '' }, host: { UTSMode: 'host' } },
    names: /UTSMode/,
  },
  host('the device’s users', { UsernsMode: 'host' }, /user namespace host/),
  host('another cgroup', { CgroupParent: '/bongsu-other' }, /CgroupParent/),
  host('all capabilities', { CapAdd: ['ALL'] }, /capability/),
  host('the system’s administration', { CapAdd: ['SYS_ADMIN'] }, /SYS_ADMIN/),
  host('tracing', { CapAdd: ['CAP_SYS_PTRACE'] }, /SYS_PTRACE/),
  host('raw sockets', { CapAdd: ['NET_RAW'] }, /NET_RAW/),
  host('the default capabilities', { CapDrop: null }, /CapDrop/),
  host('all but one capability', { CapDrop: ['NET_RAW'] }, /capabilities/),
  host('new privileges', { SecurityOpt: null }, /SecurityOpt/),
  host('new privileges, said', { SecurityOpt: ['no-new-privileges:false'] }, /no-new-privileges:false/),
  host('no filter of system calls', security('seccomp=unconfined'), /seccomp/),
  host('a filter of its own', security('seccomp={"defaultAction":"SCMP_ACT_ALLOW"}'), /seccomp/),
  host('no AppArmor', security('apparmor=unconfined'), /apparmor/),
  host('no SELinux', security('label=disable'), /label/),
  host('the bare /proc', { MaskedPaths: [] }, /MaskedPaths/),
  host('part of the bare /proc', { MaskedPaths: ['/proc/acpi'] }, /MaskedPaths/),
  host('a writable /proc', { ReadonlyPaths: [] }, /ReadonlyPaths/),
  host('a kernel setting', { Sysctls: { 'net.ipv4.ip_forward': '1' } }, /Sysctls/),
  host('root’s group', { GroupAdd: ['0'] }, /group 0/),
  host('a group by name', { GroupAdd: ['root'] }, /group root/),
  top('a user by name', { User: 'daemon' }, /user daemon/),
  host('another runtime', { Runtime: 'io.containerd.runc.v2' }, /Runtime/),
]

const FILES: readonly HostileContainer[] = [
  host('the engine’s socket', bind('/var/run/docker.sock', '/var/run/docker.sock'), /docker\.sock/),
  host('the engine’s socket by the old form', { Binds: ['/var/run/docker.sock:/s'] }, /Binds/),
  host('everything', { Binds: ['/:/host'] }, /Binds/),
  host('everything, by a mount', bind('/', '/host'), /mounting \//),
  host('the settings', bind('/etc', '/host-etc'), /mounting \/etc/),
  host('the keys of root', bind('/root', '/host-root'), /mounting \/root/),
  host('the homes', bind('/home', '/host-home'), /mounting \/home/),
  host('the kernel’s files', bind('/sys', '/host-sys'), /mounting \/sys/),
  host('the engine’s data', bind('/var/lib/docker', '/docker'), /var\/lib\/docker/),
  host('the device’s user database', bind('/etc/passwd', '/etc/passwd'), /passwd/),
  host('a harmless file over the user database', bind('/etc/localtime', '/etc/passwd'), /etc\/passwd/),
  host(
    'a mount that spreads',
    bind('/etc/localtime', '/t', { BindOptions: { Propagation: 'rshared' } }),
    /BindOptions/,
  ),
  host('a writable file of the device', bind('/etc/localtime', '/t', { ReadOnly: false }), /writable/),
  host('a volume', { Mounts: [{ Type: 'volume', Target: '/v' }] }, /type volume/),
  host(
    'a volume that is a folder of the device',
    {
      Mounts: [
        {
          Type: 'volume',
          Target: '/v',
          VolumeOptions: {
            DriverConfig: { Name: 'local', Options: { type: 'none', o: 'bind', device: '/' } },
          },
        },
      ],
    },
    /type volume/,
  ),
  top('a volume beside the image’s', { Volumes: { '/v': {} } }, /Volumes/),
  { what: 'another’s volumes', change: ({ Id }) => ({ host: { VolumesFrom: [Id] } }), names: /VolumesFrom/ },
  host('a file system over /etc', { Tmpfs: { '/etc/sudoers.d': 'rw,suid' } }, /nosuid|\/etc/),
  host('a file system over /proc', { Tmpfs: { '/proc/x': 'rw,nosuid,nodev' } }, /\/proc/),
  host('a file system with programs of root', { Tmpfs: { '/x': 'rw,suid,dev,exec' } }, /nosuid/),
]

const DEVICES_AND_LIMITS: readonly HostileContainer[] = [
  host('memory of the device', device('/dev/mem'), /dev\/mem/),
  host('a terminal of the device', device('/dev/tty0'), /dev\/tty0/),
  host('a device under another name', device('/dev/video0', { PathInContainer: '/dev/sda' }), /video0 as/),
  host('making devices', device('/dev/video0', { CgroupPermissions: 'rwm' }), /rwm/),
  host('all devices by rule', { DeviceCgroupRules: ['a *:* rwm'] }, /DeviceCgroupRules/),
  host('no limit of memory', { Memory: 0, MemorySwap: 0 }, /Memory/),
  host('no limit of processes', { PidsLimit: 0 }, /PidsLimit/),
  host('many processes', { PidsLimit: 1_000_000 }, /processes/),
  host('to be spared by the kernel', { OomScoreAdj: -1000 }, /out-of-memory/),
  host('never to be killed for memory', { OomKillDisable: true }, /OomKillDisable/),
  host('limits of its own', { Ulimits: [{ Name: 'nofile', Soft: 1_000_000, Hard: 1_000_000 }] }, /Ulimits/),
  host('logs without end', { LogConfig: { Type: 'json-file', Config: {} } }, /size limit/),
  host('logs to elsewhere', { LogConfig: { Type: 'syslog', Config: {} } }, /log driver/),
  host('to be started by the engine', { RestartPolicy: { Name: 'always' } }, /restart policy/),
  host('to be gone when it ends', { AutoRemove: true }, /AutoRemove/),
  host('other names for other machines', { ExtraHosts: ['hub.example:10.0.0.1'] }, /ExtraHosts/),
  host('a name server of its own', { Dns: ['10.0.0.1'] }, /Dns/),
  host('all its ports published', { PublishAllPorts: true, NetworkMode: 'bridge' }, /PublishAllPorts/),
  host('a low port', { NetworkMode: 'bridge', PortBindings: { '22/tcp': [{ HostPort: '22' }] } }, /port 22/),
  host(
    'a port on one address',
    { NetworkMode: 'bridge', PortBindings: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] } },
    /host address/,
  ),
  top('a hand on its input', { OpenStdin: true, AttachStdin: true }, /Stdin/),
  top('a terminal', { Tty: true }, /Tty/),
  top(
    'a check that runs commands',
    { Healthcheck: { Test: ['CMD', '/bin/busybox', 'true'] } },
    /Healthcheck/,
  ),
  top('a domain of its own', { Domainname: 'example.org' }, /Domainname/),
]

export const HOSTILE: readonly HostileContainer[] = [...PRIVILEGES, ...FILES, ...DEVICES_AND_LIMITS]
