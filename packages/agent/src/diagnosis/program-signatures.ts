// Failures of the program within its container (P1 to P11).
import { cause, consequence, noise, type Signature } from './signature.ts'

export const PROGRAM_SIGNATURES: readonly Signature[] = [
  cause(
    'P1',
    'AGENT_CAUSE_LIBRARY_MISSING',
    81,
    /(?<library>lib[\w.+-]{1,80}\.so[.\d]{0,20}): cannot open shared object file/im,
  ),
  cause('P2', 'AGENT_CAUSE_SHARED_MEMORY', 77, /\bBus error\b|insufficient shared memory/im),
  cause('P3', 'AGENT_CAUSE_USER_UNKNOWN', 77, /getpwuid\(\): uid not found/im),
  cause(
    'P4',
    'AGENT_CAUSE_NOT_WRITABLE',
    68,
    /Permission denied: '\/?(?:root|\.config|\.cache|app)|Read-only file system|cannot cache function/im,
  ),
  cause(
    'P5',
    'AGENT_CAUSE_THREADS_BLOCKED',
    76,
    /can't start new thread|pthread_create failed|blas_thread_init/im,
  ),
  cause(
    'P6',
    'AGENT_CAUSE_FILE_HIDDEN',
    69,
    /can't open\/read file: check file path|!_src\.empty\(\)|(?:No such file|FileNotFound)[^\n]{0,300}\.(?:pt|pth|onnx|engine|xml|weights|ya?ml|names)\b/im,
  ),
  cause(
    'P7',
    'AGENT_CAUSE_LOCALE',
    67,
    /UnicodeEncodeError: 'ascii'|unsupported locale setting|Detected locale "C"/im,
  ),
  noise('P8', 'AGENT_CAUSE_KOREAN_FONT', 12, /Glyph \d{1,7} \([^\n)]{0,40}HANGUL|^fc-list :lang=ko: none$/im),
  consequence(
    'P9',
    'AGENT_CAUSE_SOUND',
    20,
    /pa_context_connect|Connection refused[^\n]{0,200}Pulse|ALSA lib [^\n]{0,200}(?:cannot find card|No such file)/im,
  ),
  noise(
    'P10',
    'AGENT_CAUSE_DBUS',
    8,
    /AppArmor policy prevents this sender|Failed to connect to (?:the )?(?:session )?bus|accessibility bus|dconf-(?:CRITICAL|WARNING)/im,
  ),
  cause('P11', 'AGENT_CAUSE_ILLEGAL_INSTRUCTION', 77, /\bIllegal instruction\b/im),
]
