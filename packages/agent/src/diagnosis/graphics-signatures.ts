// Failures of OpenGL, graphics devices, CUDA, video sinks, cameras and streams (G1 to G16).
import { cause, consequence, type Signature } from './signature.ts'

/** Tells more. */
const VERBOSE = { retryWith: { LIBGL_DEBUG: 'verbose' } }
/** The processor draws where the GPU cannot be used; that it did is told of the launch. */
const SOFTWARE = { retryWith: { LIBGL_ALWAYS_SOFTWARE: '1' } }

export const GRAPHICS_SIGNATURES: readonly Signature[] = [
  cause(
    'G1',
    'AGENT_CAUSE_GPU_NODE_CLOSED',
    62,
    /failed to open (?:\/dev\/dri\/card\d{1,3}|drm device): (?:No such file|Permission denied|Operation not permitted)|Failed to query drm device|failed to retrieve device information/im,
    SOFTWARE,
  ),
  cause(
    'G2',
    'AGENT_CAUSE_GPU_MESA_TOO_OLD',
    59,
    /failed to load driver: (?:iris|i965|i915|crocus|xe)\b|does not support the 0x[0-9a-f]{1,8} PCI ID/im,
    SOFTWARE,
  ),
  cause(
    'G3',
    'AGENT_CAUSE_GPU_DRIVER_FILE',
    60,
    /MESA-LOADER: failed to open (?<driver>\w{1,40})/im,
    VERBOSE,
  ),
  cause(
    'G4',
    'AGENT_CAUSE_GLX_NO_VISUAL',
    57,
    /No matching fbConfigs or visuals found|couldn't get an RGB, Double-buffered visual|GLXBadFBConfig|X_GLXCreate(?:New)?Context/im,
    SOFTWARE,
  ),
  consequence(
    'G5',
    'AGENT_CAUSE_GL_NO_DEVICE',
    34,
    /ZINK: failed to choose pdev|failed to create drisw screen/im,
    SOFTWARE,
  ),
  consequence(
    'G6',
    'AGENT_CAUSE_EGL_NO_DRI',
    36,
    /libEGL warning: (?:DRI[23]|failed to open \/dev\/dri)|Could not get DRI3 device/im,
    VERBOSE,
  ),
  consequence(
    'G7',
    'AGENT_CAUSE_VIDEO_ACCELERATION',
    38,
    /libva error|vaInitialize failed|No VA display found|Cannot create a VA display/im,
  ),
  cause(
    'G8',
    'AGENT_CAUSE_NVIDIA_TOOLKIT',
    90,
    /could not select device driver "[^"\n]{0,80}" with capabilities: \[\[gpu/im,
  ),
  cause('G9', 'AGENT_CAUSE_NVIDIA_DEVICES_LOST', 82, /Failed to initialize NVML: Unknown Error/im),
  cause(
    'G10',
    'AGENT_CAUSE_NVIDIA_VERSION_MISMATCH',
    84,
    /Driver\/library version mismatch|nvidia-persistenced\/socket: no such file/im,
  ),
  cause(
    'G11',
    'AGENT_CAUSE_CUDA_DRIVER',
    79,
    /Found no NVIDIA driver|driver version is insufficient|no kernel image is available/im,
  ),
  cause('G12', 'AGENT_CAUSE_CUDA_MEMORY', 83, /CUDA out of memory/im),
  cause('G13', 'AGENT_CAUSE_EGL_NO_DISPLAY', 56, /Could not get EGL display|No EGL Display/im),
  cause(
    'G14',
    'AGENT_CAUSE_VIDEO_SINK',
    64,
    /Could not initiali[sz]e (?:Xv|X) output|no element "[^"\s]{1,80}"/im,
  ),
  cause(
    'G15',
    'AGENT_CAUSE_CAMERA',
    65,
    /can't open camera by index|(?:video|v4l|VIDIOC|camera)[^\n]{0,200}Device or resource busy|isn't a device '\/dev\/video/im,
  ),
  cause(
    'G16',
    'AGENT_CAUSE_STREAM',
    63,
    /(?:rtsp|CAP_IMAGES: can't find starting number)[\s\S]{0,300}?(?:Connection refused|\b401\b|timed out)|tcp:\/\/[^\s]{1,100}:554\b[^\n]{0,80}(?:refused|timed out)/im,
  ),
]
