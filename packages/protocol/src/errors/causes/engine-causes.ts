// Causes of a failed launch that the container engine or the kernel names.
import { defineErrors, lasting, passing } from '../error-entry.ts'

export const ENGINE_CAUSES = defineErrors({
  AGENT_CAUSE_MOUNT_SOURCE: lasting(
    502,
    ['A folder to be mounted does not exist on this device.', '마운트할 폴더가 이 단말에 없습니다.'],
    [
      'Create the folder, or remove the mount from the package.',
      '폴더를 만들거나 패키지에서 마운트를 제거하십시오.',
    ],
  ),
  AGENT_CAUSE_ENGINE_FLAG_AS_COMMAND: lasting(
    502,
    [
      'The docker flag “{flag}” stands in the package’s command.',
      'docker 옵션 “{flag}”이(가) 패키지의 명령에 들어 있습니다.',
    ],
    [
      'Move it from the command to the matching field of the package.',
      '명령에서 빼고 패키지의 해당 항목으로 옮기십시오.',
    ],
  ),
  AGENT_CAUSE_COMMAND_NOT_FOUND: lasting(
    502,
    [
      'The image does not contain the command, or its interpreter.',
      '이미지에 실행할 명령 또는 그 인터프리터가 없습니다.',
    ],
    [
      'Correct the command; check the first line of a script and its line ends (no CRLF).',
      '명령을 바로잡으십시오. 스크립트라면 첫 줄과 줄바꿈(CRLF가 아닌지)을 확인하십시오.',
    ],
  ),
  AGENT_CAUSE_COMMAND_NOT_EXECUTABLE: lasting(
    502,
    ['The command in the image is not executable.', '이미지의 명령에 실행 권한이 없습니다.'],
    [
      'Set the execute bit with chmod +x when building the image.',
      '이미지를 빌드할 때 chmod +x로 실행 권한을 부여하십시오.',
    ],
  ),
  AGENT_CAUSE_ARCHITECTURE: lasting(
    502,
    [
      'The program is built for another processor architecture, or a script lacks its first line.',
      '프로그램이 다른 프로세서 아키텍처용이거나 스크립트에 첫 줄(#!)이 없습니다.',
    ],
    ['Build the image for this device’s architecture.', '이 단말의 아키텍처에 맞게 이미지를 빌드하십시오.'],
  ),
  AGENT_CAUSE_MOUNT_TYPE: lasting(
    502,
    [
      'A folder is to be mounted onto a file, or a file onto a folder.',
      '폴더를 파일에, 또는 파일을 폴더에 마운트하려고 했습니다.',
    ],
    [
      'Mount folders only, and remove the folder that took the file’s place.',
      '폴더만 마운트하고, 파일 자리에 생긴 폴더를 삭제하십시오.',
    ],
  ),
  AGENT_CAUSE_SPACE: passing(
    507,
    [
      'A disk, /dev/shm or the inotify watches of the device are used up.',
      '단말의 디스크, /dev/shm 또는 inotify 감시 한도가 모두 사용되었습니다.',
    ],
    [
      'Free space and inodes (df -h, df -i), or raise fs.inotify.max_user_watches.',
      '공간과 inode를 확보하거나(df -h, df -i) fs.inotify.max_user_watches를 늘리십시오.',
    ],
  ),
  AGENT_CAUSE_GROUP_NAME: lasting(
    502,
    ['The group “{group}” does not exist in the image.', '이미지에 그룹 “{group}”이(가) 없습니다.'],
    ['Name the group by its number.', '그룹을 번호로 지정하십시오.'],
  ),
  AGENT_CAUSE_DEVICE_NODE: passing(
    502,
    ['The device node {path} is gone.', '장치 노드 {path}이(가) 사라졌습니다.'],
    ['Plug the device in again.', '장치를 다시 연결하십시오.'],
  ),
  AGENT_CAUSE_ENGINE_CLOSED: passing(
    503,
    ['The agent cannot talk to Docker Engine.', '에이전트가 Docker 엔진과 통신할 수 없습니다.'],
    [
      'Start Docker, and give the agent access to its socket.',
      'Docker를 시작하고 에이전트에 소켓 접근 권한을 부여하십시오.',
    ],
  ),
  AGENT_CAUSE_NAME_TAKEN: lasting(
    409,
    ['Another container already has this name.', '같은 이름의 컨테이너가 이미 있습니다.'],
    ['Remove the other container.', '다른 컨테이너를 삭제하십시오.'],
  ),
  AGENT_CAUSE_REGISTRY: passing(
    502,
    [
      'The image registry refused, or its certificate is not trusted.',
      '이미지 레지스트리가 거부했거나 인증서를 신뢰할 수 없습니다.',
    ],
    [
      'Check the image’s name, the login, the certificate and the pull limit.',
      '이미지 이름, 로그인, 인증서, 내려받기 한도를 확인하십시오.',
    ],
  ),
  AGENT_CAUSE_OUT_OF_MEMORY: passing(
    502,
    ['The program was killed because memory ran out.', '메모리가 부족하여 프로그램이 강제 종료되었습니다.'],
    [
      'Raise the memory limit of the package, or free memory on the device.',
      '패키지의 메모리 한도를 늘리거나 단말의 메모리를 확보하십시오.',
    ],
  ),
})
