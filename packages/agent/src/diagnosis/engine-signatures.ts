// Refusals of the container engine and ends by the kernel (E1 to E13).
import { cause, type Signature } from './signature.ts'

const ENGINE = { scope: 'engine' } as const

export const ENGINE_SIGNATURES: readonly Signature[] = [
  cause('E1', 'AGENT_CAUSE_MOUNT_SOURCE', 90, /bind source path does not exist/im, ENGINE),
  cause(
    'E2',
    'AGENT_CAUSE_ENGINE_FLAG_AS_COMMAND',
    95,
    // The second wording is that of the init process which every container gets.
    /exec:? "?(?<flag>--?[\w-]{1,80})"?(?:: executable file not found| failed: No such file)/im,
  ),
  cause(
    'E3',
    'AGENT_CAUSE_COMMAND_NOT_FOUND',
    82,
    /executable file not found in \$PATH|no such file or directory: unknown|^exec \/\S{1,200}: no such file or directory|\bexec \S{1,200} failed: No such file/im,
    { unless: ['E2', 'E6'] },
  ),
  cause(
    'E4',
    'AGENT_CAUSE_COMMAND_NOT_EXECUTABLE',
    82,
    /permission denied: unknown|^exec \/\S{1,200}: permission denied|\bexec \S{1,200} failed: Permission denied/im,
  ),
  cause('E5', 'AGENT_CAUSE_ARCHITECTURE', 87, /exec format error|no matching manifest for linux\//im),
  cause(
    'E6',
    'AGENT_CAUSE_MOUNT_TYPE',
    91,
    /not a directory: unknown|mount a directory onto a file/im,
    ENGINE,
  ),
  cause('E7', 'AGENT_CAUSE_SPACE', 89, /no space left on device/im),
  cause(
    'E8',
    'AGENT_CAUSE_GROUP_NAME',
    90,
    /unable to find group (?<group>[^\s:]{1,80}): no matching entries/im,
    ENGINE,
  ),
  cause(
    'E9',
    'AGENT_CAUSE_DEVICE_NODE',
    90,
    /error gathering device information[^\n]{0,200}?"(?<path>\/dev\/[^"\s]{1,200})"/im,
    ENGINE,
  ),
  cause(
    'E10',
    'AGENT_CAUSE_ENGINE_CLOSED',
    90,
    /EACCES [^\n]{0,200}docker\.sock|Cannot connect to the Docker daemon/im,
    ENGINE,
  ),
  cause('E11', 'AGENT_CAUSE_NAME_TAKEN', 90, /name [^\n]{0,200} is already in use/im, ENGINE),
  cause(
    'E12',
    'AGENT_CAUSE_REGISTRY',
    85,
    /pull access denied|manifest unknown|toomanyrequests|x509/im,
    ENGINE,
  ),
  cause('E13', 'AGENT_CAUSE_OUT_OF_MEMORY', 99, /Out of memory: Killed process|oom-kill:constraint=/im),
]
