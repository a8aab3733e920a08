// Codes for what the checks before a launch find in a package, an image or a device. What an end would be named by has
// its code among the causes; here is what only a check sees.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const PREFLIGHT_ERRORS = defineErrors({
  AGENT_PREFLIGHT_NO_COMMAND: lasting(
    422,
    [
      'Neither the image nor the package says which command to run.',
      '이미지와 패키지 어디에도 실행할 명령이 없습니다.',
    ],
    [
      'Give the package a command, or the image an ENTRYPOINT or CMD.',
      '패키지에 명령을 지정하거나 이미지에 ENTRYPOINT 또는 CMD를 넣으십시오.',
    ],
  ),
  AGENT_PREFLIGHT_DISPLAY_NOT_DECLARED: lasting(
    422,
    [
      'The package sets {name}, but declares no display, so the program gets no screen.',
      '패키지가 {name}을(를) 설정하지만 디스플레이를 선언하지 않아 프로그램에 화면이 주어지지 않습니다.',
    ],
    [
      'Declare in the package that it needs a display, and remove {name}; the agent sets it.',
      '패키지에 디스플레이가 필요하다고 선언하고 {name}을(를) 제거하십시오. 에이전트가 설정합니다.',
    ],
  ),
  AGENT_PREFLIGHT_WINDOWLESS: lasting(
    422,
    [
      '{name}={value} keeps the program from opening a window on this device’s X screen.',
      '{name}={value} 설정 때문에 프로그램이 이 단말의 X 화면에 창을 열 수 없습니다.',
    ],
    [
      'Remove {name}; the agent sets what is needed.',
      '{name}을(를) 제거하십시오. 필요한 값은 에이전트가 설정합니다.',
    ],
  ),
  AGENT_PREFLIGHT_WORKING_DIRECTORY: lasting(
    422,
    [
      'The package starts the program in {package}, but the image means it to start in {image}.',
      '패키지는 프로그램을 {package}에서 시작하지만 이미지는 {image}에서 시작하도록 만들어졌습니다.',
    ],
    [
      'Remove the working directory from the package, unless the program needs no file of {image}.',
      '프로그램이 {image}의 파일을 쓰지 않는 경우가 아니면 패키지에서 작업 디렉터리를 제거하십시오.',
    ],
  ),
  AGENT_PREFLIGHT_VOLUME_HIDES: lasting(
    422,
    [
      'The volume at {path} hides {hidden} of the image.',
      '{path}에 연결한 볼륨이 이미지의 {hidden}을(를) 가립니다.',
    ],
    ['Mount the volume at a folder of its own.', '볼륨을 별도의 폴더에 연결하십시오.'],
  ),
  AGENT_PREFLIGHT_USER_NAME: lasting(
    422,
    [
      'The image’s user “{user}” is a name, and a display can only be given to a number.',
      '이미지의 사용자 “{user}”은(는) 이름인데, 디스플레이는 번호로 지정된 사용자에게만 줄 수 있습니다.',
    ],
    [
      'Let the package run as the session’s user, or write the image’s USER as uid:gid.',
      '패키지를 세션 사용자로 실행하거나 이미지의 USER를 uid:gid로 적으십시오.',
    ],
  ),
  AGENT_PREFLIGHT_ROOT_FOLDER: lasting(
    422,
    [
      'The program needs {path}, which only root may read, but runs as the session’s user.',
      '프로그램에 필요한 {path}은(는) root만 읽을 수 있는데 프로그램은 세션 사용자로 실행됩니다.',
    ],
    [
      'Put the program elsewhere in the image, for example in /app or /opt.',
      '이미지에서 프로그램을 /app이나 /opt 등 다른 위치로 옮기십시오.',
    ],
  ),
  AGENT_PREFLIGHT_GPU_NOT_ASKED: lasting(
    422,
    [
      'The image is made for an NVIDIA GPU, but the package asks for none.',
      'NVIDIA GPU용 이미지인데 패키지가 GPU를 요청하지 않습니다.',
    ],
    ['Ask for the GPU in the package.', '패키지에 GPU 사용을 지정하십시오.'],
  ),
  AGENT_PREFLIGHT_LINE_ENDS: lasting(
    422,
    [
      'The script {path} has Windows line ends (CRLF), so its interpreter is not found.',
      '스크립트 {path}의 줄바꿈이 Windows 형식(CRLF)이라 인터프리터를 찾을 수 없습니다.',
    ],
    ['Convert it with dos2unix when building the image.', '이미지를 빌드할 때 dos2unix로 변환하십시오.'],
  ),
  AGENT_PREFLIGHT_INTERPRETER: lasting(
    422,
    [
      'The script {path} asks for {interpreter}, which the image lacks.',
      '스크립트 {path}에 필요한 {interpreter}이(가) 이미지에 없습니다.',
    ],
    [
      'Install {interpreter} in the image, or correct the script’s first line.',
      '이미지에 {interpreter}을(를) 설치하거나 스크립트의 첫 줄을 바로잡으십시오.',
    ],
  ),
  AGENT_PREFLIGHT_QT_LIBRARIES: lasting(
    422,
    [
      'Qt’s “xcb” plugin in the image lacks {libraries}.',
      '이미지의 Qt “xcb” 플러그인에 필요한 {libraries}이(가) 없습니다.',
    ],
    ['Add to the image: {packages}.', '이미지에 다음을 추가하십시오: {packages}.'],
  ),
  AGENT_PREFLIGHT_QT_PLUGIN: lasting(
    422,
    [
      'The image has Qt, but not its “xcb” plugin, which draws on an X screen.',
      '이미지에 Qt가 있으나 X 화면에 그리는 “xcb” 플러그인이 없습니다.',
    ],
    [
      'Install Qt with its xcb plugin in the image (Debian: qtbase5 or qt6-qpa-plugins).',
      '이미지에 xcb 플러그인이 포함된 Qt를 설치하십시오(Debian: qtbase5 또는 qt6-qpa-plugins).',
    ],
  ),
  AGENT_PREFLIGHT_DRI_DRIVERS: lasting(
    422,
    [
      'The package asks for the GPU, but the image has no Mesa driver to use it.',
      '패키지가 GPU를 요청하지만 이미지에 GPU를 사용할 Mesa 드라이버가 없습니다.',
    ],
    [
      'Add libgl1-mesa-dri to the image, unless it only computes.',
      '계산만 하는 이미지가 아니라면 libgl1-mesa-dri를 추가하십시오.',
    ],
  ),
  AGENT_PREFLIGHT_NO_GPU: passing(
    409,
    [
      'The package asks for a GPU, but this device has none; the processor draws instead.',
      '패키지가 GPU를 요청하지만 이 단말에 GPU가 없어 프로세서가 대신 그립니다.',
    ],
    [
      'Nothing needs to be done if it is fast enough; otherwise choose a device with a GPU.',
      '속도가 충분하면 조치가 필요 없습니다. 아니면 GPU가 있는 단말을 선택하십시오.',
    ],
  ),
  AGENT_PREFLIGHT_NO_CAMERA: passing(
    409,
    [
      'The package asks for the camera {camera}, which is not connected.',
      '패키지가 요청한 카메라 {camera}이(가) 연결되어 있지 않습니다.',
    ],
    ['Connect the camera to the device.', '카메라를 단말에 연결하십시오.'],
  ),
  AGENT_PREFLIGHT_CAMERA_HELD: passing(
    409,
    [
      'The camera {path} is in use by {program} (process {pid}).',
      '카메라 {path}을(를) {program}(프로세스 {pid})이(가) 사용 중입니다.',
    ],
    [
      'Stop that program, or choose another camera.',
      '해당 프로그램을 중지하거나 다른 카메라를 선택하십시오.',
    ],
  ),
  AGENT_PREFLIGHT_ENGINE_OLD: lasting(
    409,
    [
      'Docker Engine {version} keeps newer images from starting threads.',
      'Docker 엔진 {version}에서는 최신 이미지가 스레드를 시작하지 못합니다.',
    ],
    ['Update Docker to 20.10.10 or later.', 'Docker를 20.10.10 이상으로 업데이트하십시오.'],
  ),
  AGENT_PREFLIGHT_ENGINE_ROOTLESS: lasting(
    409,
    [
      'Docker runs rootless on this device, so that a container’s user is not the session’s user.',
      '이 단말의 Docker가 rootless로 실행되어 컨테이너 사용자와 세션 사용자가 다릅니다.',
    ],
    [
      'Run Docker as a system service: apt install docker-ce or docker.io.',
      'Docker를 시스템 서비스로 실행하십시오(apt install docker-ce 또는 docker.io).',
    ],
  ),
  AGENT_PREFLIGHT_ENGINE_USERNS: lasting(
    409,
    [
      'Docker maps users (userns-remap), so that a container’s user is not the session’s user.',
      'Docker가 사용자를 변환(userns-remap)하여 컨테이너 사용자와 세션 사용자가 다릅니다.',
    ],
    [
      'Remove userns-remap from /etc/docker/daemon.json and restart Docker.',
      '/etc/docker/daemon.json에서 userns-remap을 제거하고 Docker를 다시 시작하십시오.',
    ],
  ),
  AGENT_PREFLIGHT_DISK_LOW: passing(
    507,
    [
      'Little disk is left where Docker keeps its data: {freeMib} MiB.',
      'Docker 데이터가 있는 디스크의 여유가 {freeMib}MiB뿐입니다.',
    ],
    [
      'Free space on the device, for example with docker image prune.',
      'docker image prune 등으로 단말의 공간을 확보하십시오.',
    ],
  ),
  AGENT_PREFLIGHT_INODES_LOW: passing(
    507,
    [
      'The disk where Docker keeps its data has only {freeInodes} free inodes.',
      'Docker 데이터가 있는 디스크의 여유 inode가 {freeInodes}개뿐입니다.',
    ],
    [
      'Delete small files or unused images on the device (df -i shows the use).',
      '단말에서 작은 파일이나 쓰지 않는 이미지를 삭제하십시오(df -i로 확인).',
    ],
  ),
  AGENT_PREFLIGHT_MEMORY_LOW: passing(
    409,
    [
      'The package may use {neededMib} MiB of memory, but the device has {availableMib} MiB available.',
      '패키지는 메모리를 {neededMib}MiB까지 쓸 수 있으나 단말의 여유는 {availableMib}MiB입니다.',
    ],
    [
      'Stop another launch, or lower the memory of the package.',
      '다른 실행을 중지하거나 패키지의 메모리를 줄이십시오.',
    ],
  ),
  AGENT_PREFLIGHT_NO_AVX: lasting(
    409,
    [
      'This device’s processor has no AVX, which {library} in the image usually needs.',
      '이 단말의 프로세서에 AVX가 없는데, 이미지의 {library}에는 대개 AVX가 필요합니다.',
    ],
    [
      'Use a build of {library} without AVX, or a device with a newer processor.',
      'AVX 없이 빌드된 {library}을(를) 사용하거나 더 새로운 프로세서의 단말을 사용하십시오.',
    ],
  ),
  AGENT_PREFLIGHT_DISPLAY_OPEN: lasting(
    409,
    [
      'Display :{number} lets every local user in without a cookie.',
      '디스플레이 :{number}은(는) 쿠키 없이 모든 로컬 사용자의 접속을 허용합니다.',
    ],
    [
      'Start the X server with an authority file, and take back any xhost + rule.',
      'X 서버를 권한 파일과 함께 시작하고 xhost +로 허용한 규칙을 취소하십시오.',
    ],
  ),
  AGENT_PREFLIGHT_AGENT_AWAY: passing(
    503,
    ['The agent does not answer on this device.', '이 단말의 에이전트가 응답하지 않습니다.'],
    [
      'Start it: systemctl start bongsu-agent. Programs that run are not touched.',
      'systemctl start bongsu-agent로 시작하십시오. 실행 중인 프로그램은 그대로 유지됩니다.',
    ],
  ),
})
