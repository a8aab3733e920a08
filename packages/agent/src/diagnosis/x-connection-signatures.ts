// Failures of reaching, keeping and using an X server (X1 to X15).
import { cause, consequence, type Signature } from './signature.ts'

const REFUSALS = ['X1', 'X2', 'X7']

export const X_CONNECTION_SIGNATURES: readonly Signature[] = [
  cause(
    'X1',
    'AGENT_CAUSE_X_NO_COOKIE',
    96,
    /Authorization required, but no authorization protocol specified|No protocol specified/im,
  ),
  cause('X2', 'AGENT_CAUSE_X_WRONG_COOKIE', 97, /Invalid MIT-MAGIC-COOKIE-1 key/im),
  cause('X3', 'AGENT_CAUSE_X_DISPLAY_UNIX', 95, /display[: ]{1,3}"?unix:?"?[ \t]{0,20}$/im),
  cause(
    'X4',
    'AGENT_CAUSE_X_DISPLAY_OF_SSH',
    95,
    /(?<display>unixlocalhost:\d{1,5}(?:\.\d{1,2})?|(?<=display[:= "]{1,4})localhost:\d{1,5}(?:\.\d{1,2})?)/im,
  ),
  cause(
    'X5',
    'AGENT_CAUSE_X_DISPLAY_NOT_SET',
    94,
    /(?:could not connect to|can(?:no|')t open|couldn't open|unable to open) display:?[ \t]{0,20}(?:""|\(null\)|$)|no display name and no \$DISPLAY|Missing X server or \$DISPLAY/im,
  ),
  cause(
    'X6',
    'AGENT_CAUSE_X_UNREACHABLE',
    90,
    /(?:could(?: not|n't) connect to|couldn't open|can(?:no|')t open|(?:unable|failed) to open)(?: the)? display:?[ \t]{0,20}"?(?<display>:\d{1,5}(?:\.\d{1,2})?)/im,
    { unless: REFUSALS },
  ),
  cause('X7', 'AGENT_CAUSE_X_TOO_MANY_CLIENTS', 97, /Maximum number of clients reached/im),
  cause(
    'X8',
    'AGENT_CAUSE_X_SERVER_ENDED',
    93,
    // The last one is what Qt says when the server goes away while it starts.
    /The X11 connection broke|X connection to \S{1,200} broken|XIO:\s{1,20}fatal IO error|qt\.qpa\.xcb: failed to initialize X\w{1,20} extension|failed to retrieve the virtual modifier (?:names|map) from XKB/im,
  ),
  cause(
    'X9',
    'AGENT_CAUSE_X_SHM_REFUSED',
    88,
    /BadAccess[\s\S]{0,400}?(?:MIT-SHM|X_ShmAttach)|\(BadAccess\)[^\n]{0,120}major code: 130/im,
  ),
  cause('X10', 'AGENT_CAUSE_X_SHM_SEGMENT', 86, /BadShmSeg|X_ShmPutImage/im),
  cause(
    'X11',
    'AGENT_CAUSE_X_UNTRUSTED_COOKIE',
    66,
    /XKeyboard extension not present|couldn't find RGB GLX visual/im,
    { unless: ['X8'] },
  ),
  cause(
    'X12',
    'AGENT_CAUSE_X_THREADS',
    85,
    /Unknown sequence number while processing queue|XInitThreads|xcb_xlib_threads_sequence_lost/im,
  ),
  cause(
    'X13',
    'AGENT_CAUSE_X_SOCKET_FOLDER',
    92,
    /_XSERVTrans(?:mkdir|SocketCreateListener)|should be set to 1777/im,
  ),
  cause(
    'X14',
    'AGENT_CAUSE_X_STALE_LOCK',
    92,
    /Server is already active for display|Could not create lock file/im,
  ),
  consequence('X15', 'AGENT_CAUSE_ENGINE_IS_SNAP', 60, /\/var\/snap\/docker\//im),
]
