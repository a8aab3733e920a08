// Causes of a failed launch in OpenGL, graphics devices, CUDA, video, cameras and streams.
import { defineErrors, lasting, passing } from '../error-entry.ts'

export const GRAPHICS_CAUSES = defineErrors({
  AGENT_CAUSE_GPU_NODE_CLOSED: lasting(
    502,
    ['The program may not open the graphics device.', '프로그램이 그래픽 장치를 열 수 없습니다.'],
    [
      'Ask for the GPU in the package, so that the agent passes /dev/dri and its groups.',
      '에이전트가 /dev/dri와 그룹을 전달하도록 패키지에 GPU 사용을 지정하십시오.',
    ],
  ),
  AGENT_CAUSE_GPU_MESA_TOO_OLD: lasting(
    502,
    [
      'Mesa in the image is too old for this device’s graphics.',
      '이미지의 Mesa가 이 단말의 그래픽 장치보다 오래되었습니다.',
    ],
    [
      'Build the image on a newer base; LIBGL_ALWAYS_SOFTWARE=1 helps until then.',
      '더 새로운 베이스 이미지로 빌드하십시오. 그때까지는 LIBGL_ALWAYS_SOFTWARE=1을 사용할 수 있습니다.',
    ],
  ),
  AGENT_CAUSE_GPU_DRIVER_FILE: lasting(
    502,
    ['Mesa could not load the driver “{driver}”.', 'Mesa가 드라이버 “{driver}”을(를) 불러오지 못했습니다.'],
    [
      'Add libgl1-mesa-dri to the image and keep LD_LIBRARY_PATH clear of another libstdc++.',
      '이미지에 libgl1-mesa-dri를 추가하고 LD_LIBRARY_PATH에 다른 libstdc++가 없도록 하십시오.',
    ],
  ),
  AGENT_CAUSE_GLX_NO_VISUAL: lasting(
    502,
    [
      'The X server and the image have no OpenGL (GLX) format in common.',
      'X 서버와 이미지가 함께 지원하는 OpenGL(GLX) 형식이 없습니다.',
    ],
    [
      'With an NVIDIA screen, ask for the NVIDIA GPU in the package; otherwise set LIBGL_ALWAYS_SOFTWARE=1.',
      'NVIDIA 화면이면 패키지에 NVIDIA GPU를 지정하고, 아니면 LIBGL_ALWAYS_SOFTWARE=1을 설정하십시오.',
    ],
  ),
  AGENT_CAUSE_GL_NO_DEVICE: lasting(
    502,
    ['Mesa found no graphics device.', 'Mesa가 그래픽 장치를 찾지 못했습니다.'],
    [
      'Set LIBGL_ALWAYS_SOFTWARE=1, or ask for the GPU in the package.',
      'LIBGL_ALWAYS_SOFTWARE=1을 설정하거나 패키지에 GPU 사용을 지정하십시오.',
    ],
  ),
  AGENT_CAUSE_EGL_NO_DRI: lasting(
    502,
    ['EGL could not use the graphics device directly.', 'EGL이 그래픽 장치를 직접 사용하지 못했습니다.'],
    [
      'Ask for the GPU in the package, or set LIBGL_ALWAYS_SOFTWARE=1.',
      '패키지에 GPU 사용을 지정하거나 LIBGL_ALWAYS_SOFTWARE=1을 설정하십시오.',
    ],
  ),
  AGENT_CAUSE_VIDEO_ACCELERATION: lasting(
    502,
    [
      'Hardware video decoding (VA-API) is not usable in the container.',
      '컨테이너에서 하드웨어 영상 디코딩(VA-API)을 사용할 수 없습니다.',
    ],
    [
      'Add intel-media-va-driver to the image and ask for the GPU, or decode in software.',
      '이미지에 intel-media-va-driver를 추가하고 GPU를 지정하거나 소프트웨어로 디코딩하십시오.',
    ],
  ),
  AGENT_CAUSE_NVIDIA_TOOLKIT: lasting(
    502,
    [
      'Docker on this device does not know the NVIDIA Container Toolkit.',
      '이 단말의 Docker에 NVIDIA Container Toolkit이 등록되어 있지 않습니다.',
    ],
    [
      'Install nvidia-container-toolkit, run nvidia-ctk runtime configure, and restart Docker.',
      'nvidia-container-toolkit을 설치하고 nvidia-ctk runtime configure를 실행한 뒤 Docker를 다시 시작하십시오.',
    ],
  ),
  AGENT_CAUSE_NVIDIA_DEVICES_LOST: passing(
    502,
    [
      'The container lost its NVIDIA devices, as after systemctl daemon-reload.',
      'systemctl daemon-reload 등으로 컨테이너가 NVIDIA 장치를 잃었습니다.',
    ],
    [
      'Let the container be made anew; use CDI to prevent it.',
      '컨테이너가 새로 만들어지도록 두십시오. 예방하려면 CDI를 사용하십시오.',
    ],
  ),
  AGENT_CAUSE_NVIDIA_VERSION_MISMATCH: lasting(
    502,
    [
      'The NVIDIA driver was upgraded, but the old one is still loaded.',
      'NVIDIA 드라이버가 업그레이드되었으나 이전 드라이버가 아직 적재되어 있습니다.',
    ],
    ['Reboot the device.', '단말을 재부팅하십시오.'],
  ),
  AGENT_CAUSE_CUDA_DRIVER: lasting(
    502,
    [
      'CUDA in the image does not fit this device’s GPU or driver.',
      '이미지의 CUDA가 이 단말의 GPU 또는 드라이버와 맞지 않습니다.',
    ],
    [
      'Use an image for this driver and GPU, or update the driver.',
      '이 드라이버와 GPU에 맞는 이미지를 사용하거나 드라이버를 업데이트하십시오.',
    ],
  ),
  AGENT_CAUSE_CUDA_MEMORY: passing(
    502,
    ['The GPU has not enough free memory.', 'GPU의 여유 메모리가 부족합니다.'],
    [
      'Stop another program on the GPU, or use a smaller model or batch.',
      'GPU를 쓰는 다른 프로그램을 중지하거나 더 작은 모델 또는 배치를 사용하십시오.',
    ],
  ),
  AGENT_CAUSE_EGL_NO_DISPLAY: lasting(
    502,
    ['EGL got no display.', 'EGL이 디스플레이를 얻지 못했습니다.'],
    [
      'Declare in the package that it needs a display and the GPU.',
      '패키지에 디스플레이와 GPU가 필요하다고 선언하십시오.',
    ],
  ),
  AGENT_CAUSE_VIDEO_SINK: lasting(
    502,
    [
      'GStreamer lacks an element or cannot use its video output.',
      'GStreamer 요소가 없거나 영상 출력을 사용할 수 없습니다.',
    ],
    [
      'Use ximagesink or glimagesink, and install the plugin package in the image.',
      'ximagesink 또는 glimagesink를 사용하고 이미지에 플러그인 패키지를 설치하십시오.',
    ],
  ),
  AGENT_CAUSE_CAMERA: passing(
    502,
    [
      'The camera could not be opened: absent, another node, or in use.',
      '카메라를 열지 못했습니다. 연결되지 않았거나 노드가 다르거나 사용 중입니다.',
    ],
    [
      'Check the camera’s node in the package and stop the other program that holds it.',
      '패키지의 카메라 노드를 확인하고 카메라를 점유한 다른 프로그램을 중지하십시오.',
    ],
  ),
  AGENT_CAUSE_STREAM: passing(
    502,
    ['The camera stream could not be opened over the network.', '네트워크 카메라 스트림을 열지 못했습니다.'],
    [
      'Check the stream’s address, its credentials and the network.',
      '스트림 주소와 인증 정보, 네트워크를 확인하십시오.',
    ],
  ),
})
