// One recorded log for each signature: what programs, libraries and engines print when it happens.

export interface RecordedLog {
  readonly id: string
  readonly text: string
  readonly source?: 'engine'
  readonly exitCode?: number
}

const QT =
  'qt.qpa.plugin: Could not load the Qt platform plugin "xcb" in "" even though it was found.\nThis application failed to start because no Qt platform plugin could be initialized.'
const log = (id: string, text: string, exitCode = 1): RecordedLog => ({ id, text, exitCode })
const engine = (id: string, text: string): RecordedLog => ({ id, text, source: 'engine' })

export const RECORDED_LOGS: readonly RecordedLog[] = [
  log(
    'X1',
    `Authorization required, but no authorization protocol specified\n\nqt.qpa.xcb: could not connect to display :0\n${QT}`,
    134,
  ),
  log('X2', "Invalid MIT-MAGIC-COOKIE-1 keyxterm: Xt error: Can't open display: :0"),
  log('X3', `qt.qpa.screen: QXcbConnection: Could not connect to display unix\n${QT}`, 134),
  log('X4', `qt.qpa.xcb: could not connect to display unixlocalhost:10.0\n${QT}`, 134),
  log('X4', "xterm: Xt error: Can't open display: localhost:10.0"),
  log('X5', `qt.qpa.xcb: could not connect to display \n${QT}`, 134),
  log('X5', '_tkinter.TclError: no display name and no $DISPLAY environment variable'),
  log('X6', `qt.qpa.xcb: could not connect to display :0\n${QT}`, 134),
  log('X6', '_tkinter.TclError: couldn\'t connect to display ":0"'),
  log('X7', "Maximum number of clients reached\nError: Can't open display: :0"),
  log('X8', 'The X11 connection broke (error 1). Did the X11 server die?'),
  // The server went away while Qt 5 started; three moments of the same, taken live.
  log(
    'X8',
    'qt.qpa.xcb: failed to initialize XKeyboard extension\nqt.qpa.plugin: Could not load the Qt platform plugin "xcb" in "" even though it was found.',
  ),
  log(
    'X8',
    'qt.qpa.xcb: failed to initialize XShape extension\nqt.qpa.xcb: XKeyboard extension not present on the X server\nqt.qpa.plugin: Could not load the Qt platform plugin "xcb" in "" even though it was found.',
  ),
  log(
    'X8',
    'Qt: failed to retrieve the virtual modifier names from XKB\nqt.qpa.plugin: Could not load the Qt platform plugin "xcb" in "" even though it was found.',
  ),
  log('X8', 'XIO:  fatal IO error 11 (Resource temporarily unavailable) on X server ":0"'),
  log(
    'X9',
    'X Error of failed request:  BadAccess (attempt to access private resource denied)\n  Major opcode of failed request:  130 (MIT-SHM)\n  Minor opcode of failed request:  1 (X_ShmAttach)',
  ),
  log(
    'X10',
    'X Error of failed request:  BadShmSeg (invalid shared segment parameter)\n  Major opcode of failed request:  130 (MIT-SHM)\n  Minor opcode of failed request:  3 (X_ShmPutImage)',
  ),
  log('X11', "Error: couldn't find RGB GLX visual or fbconfig"),
  log(
    'X12',
    '[xcb] Unknown sequence number while processing queue\n[xcb] Most likely this is a multi-threaded client and XInitThreads has not been called',
    134,
  ),
  log(
    'X13',
    '_XSERVTransmkdir: Owner of /tmp/.X11-unix should be set to root\n_XSERVTransSocketCreateListener: failed to bind listener',
  ),
  log('X14', '(EE) Fatal server error:\n(EE) Server is already active for display 99'),
  engine(
    'X15',
    'error creating overlay mount to /var/snap/docker/common/var-lib-docker/overlay2/ab/merged: operation failed',
  ),
  log('Q1', QT, 134),
  log(
    'Q2',
    `qt.qpa.plugin: From 6.5.0, xcb-cursor0 or libxcb-cursor0 is needed to load the Qt xcb platform plugin.\n${QT}`,
    134,
  ),
  log(
    'Q3',
    'qt.qpa.plugin: Could not load the Qt platform plugin "xcb" in "/usr/local/lib/python3.11/site-packages/cv2/qt/plugins" even though it was found.',
    134,
  ),
  log('Q4', 'qt.qpa.plugin: Could not find the Qt platform plugin "wayland" in ""', 134),
  log('Q5', 'Failed to create wl_display (No such file or directory)', 134),
  log(
    'Q7',
    'qt.glx: qglx_findConfig: Failed to finding matching FBConfig\nQOpenGLWidget: Failed to create context',
  ),
  log(
    'Q8',
    'cv2.error: OpenCV(4.9.0) window.cpp:1272: error: (-2:Unspecified error) The function is not implemented. Rebuild the library with Windows, GTK+ 2.x or Cocoa support.',
  ),
  log(
    'Q9',
    '[1:1:1123/120000.1:ERROR:zygote_host_impl_linux.cc(100)] Running as root without --no-sandbox is not supported.',
  ),
  log('Q10', 'The futex facility returned an unexpected error code.', 134),
  log('G1', 'libGL error: failed to open /dev/dri/card0: Permission denied'),
  log(
    'G2',
    'MESA: warning: Driver does not support the 0x46a6 PCI ID.\nlibGL error: failed to load driver: iris',
  ),
  log(
    'G3',
    'libGL error: MESA-LOADER: failed to open iris: /usr/lib/dri/iris_dri.so: cannot open shared object file: No such file or directory (search paths /usr/lib/dri)\nlibGL error: failed to load driver: iris',
  ),
  log('G4', 'X Error of failed request:  GLXBadFBConfig\n  Major opcode of failed request:  151 (GLX)'),
  log('G5', 'MESA: error: ZINK: failed to choose pdev\nglx: failed to create drisw screen'),
  log('G6', 'libEGL warning: DRI3: Could not get DRI3 device'),
  log('G7', 'libva error: /usr/lib/x86_64-linux-gnu/dri/iHD_drv_video.so init failed'),
  engine('G8', 'could not select device driver "" with capabilities: [[gpu]]'),
  log('G9', 'Failed to initialize NVML: Unknown Error'),
  log('G10', 'Failed to initialize NVML: Driver/library version mismatch'),
  log('G11', 'RuntimeError: Found no NVIDIA driver on your system.'),
  log('G12', 'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB'),
  log('G13', 'nvbufsurftransform: Could not get EGL display connection'),
  log('G14', 'WARNING: erroneous pipeline: no element "nvv4l2decoder"'),
  log(
    'G15',
    "[ WARN:0@0.023] global cap_v4l.cpp:999 open VIDEOIO(V4L2:/dev/video0): can't open camera by index",
  ),
  log('G16', '[tcp @ 0x55d0] Connection to tcp://10.0.0.5:554?timeout=0 failed: Connection refused'),
  log('G16', '[rtsp @ 0x55d0] method DESCRIBE failed: 401 Unauthorized'),
  log('P1', 'ImportError: libGL.so.1: cannot open shared object file: No such file or directory'),
  log(
    'P2',
    "RuntimeError: DataLoader worker (pid 42) is killed by signal: Bus error. It is possible that dataloader's workers are out of shared memory.",
  ),
  log('P3', "KeyError: 'getpwuid(): uid not found: 1000'"),
  log('P4', "PermissionError: [Errno 13] Permission denied: '/.config'"),
  log('P5', "RuntimeError: can't start new thread"),
  log('P6', "FileNotFoundError: [Errno 2] No such file or directory: 'weights/yolov8n.pt'"),
  log('P7', "UnicodeEncodeError: 'ascii' codec can't encode characters in position 0-2"),
  log('P9', "ALSA lib confmisc.c:855:(parse_card) cannot find card '0'"),
  log('P11', 'Illegal instruction (core dumped)', 132),
  engine('E1', 'invalid mount config for type "bind": bind source path does not exist: /srv/models'),
  engine('E2', 'OCI runtime create failed: exec: "--device": executable file not found in $PATH: unknown'),
  engine('E3', 'OCI runtime create failed: exec: "detect": executable file not found in $PATH: unknown'),
  log('E3', '[FATAL tini (7)] exec /no/such/program failed: No such file or directory', 127),
  log('E4', '[FATAL tini (7)] exec /app/run.sh failed: Permission denied', 126),
  engine('E4', 'OCI runtime create failed: exec: "/app/run.sh": permission denied: unknown'),
  log('E5', 'exec /app/run: exec format error'),
  engine(
    'E6',
    'error mounting "/tmp/.docker.xauth" to rootfs: not a directory: unknown: Are you trying to mount a directory onto a file?',
  ),
  log('E7', 'OSError: [Errno 28] No space left on device'),
  engine('E8', 'Unable to find group render: no matching entries in group file'),
  engine(
    'E9',
    'error gathering device information while adding custom device "/dev/video0": no such file or directory',
  ),
  engine('E10', 'connect EACCES /var/run/docker.sock'),
  engine('E11', 'Conflict. The container name "/detector" is already in use by container "ab12"'),
  engine(
    'E12',
    'pull access denied for acme/detector, repository does not exist or may require docker login',
  ),
  log('E13', '[123.4] Out of memory: Killed process 4242 (python3) total-vm:9000000kB', 137),
]

/** Never the first finding: what it says beside is. */
export const RECORDED_NOISE: readonly RecordedLog[] = [
  log('Q6', "QStandardPaths: XDG_RUNTIME_DIR not set, defaulting to '/tmp/runtime-root'"),
  log('P8', 'UserWarning: Glyph 44032 (\\N{HANGUL SYLLABLE GA}) missing from current font.'),
  log('P10', '(app:1): dconf-WARNING **: failed to commit changes to dconf'),
]
