// Inputs of a launch: secrets and what else it is handed by name.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const HUB_SECRET_ERRORS = defineErrors({
  HUB_SECRET_NOT_FOUND: lasting(
    404,
    ['No secret {name} exists there.', '해당 위치에 비밀 값 {name} 항목이 없습니다.'],
    ['Look the name up in the list of secrets.', '비밀 값 목록에서 이름을 확인하십시오.'],
  ),
  HUB_SECRET_IN_USE: lasting(
    409,
    ['The secret {name} is used by {users}.', '비밀 값 {name} 항목을 {users} 항목이 사용 중입니다.'],
    [
      'Stop what uses it first, or enter another value.',
      '먼저 사용하는 항목을 중지하거나 다른 값을 입력하십시오.',
    ],
  ),
  HUB_SECRET_KEY_MISSING: lasting(
    500,
    [
      'The key {keyId} that the secret {name} was encrypted with is not in the hub’s key file.',
      '비밀 값 {name} 항목을 암호화한 키 {keyId} 항목이 허브의 키 파일에 없습니다.',
    ],
    [
      'Restore the key file from the backup, or enter the value anew.',
      '백업에서 키 파일을 복원하거나 값을 다시 입력하십시오.',
    ],
  ),
})

export const AGENT_SECRET_ERRORS = defineErrors({
  AGENT_SECRET_MISSING: passing(
    409,
    [
      'The launch needs the secret {name}, which the hub does not have.',
      '실행에 필요한 비밀 값 {name} 항목이 허브에 없습니다.',
    ],
    [
      'Enter the secret on the hub; the launch starts by itself then.',
      '허브에 비밀 값을 입력하면 실행이 자동으로 시작됩니다.',
    ],
  ),
  AGENT_SECRET_NO_MEMORY_FOLDER: lasting(
    500,
    [
      'The device has no folder in memory for secrets: {path} is none.',
      '단말에 비밀 값을 둘 메모리 폴더가 없습니다. {path} 경로는 메모리 폴더가 아닙니다.',
    ],
    [
      'Let the agent’s run folder lie on a tmpfs such as /run.',
      '에이전트의 실행 폴더를 /run 같은 tmpfs에 두십시오.',
    ],
  ),
  AGENT_SECRET_NOT_DELIVERED: passing(
    500,
    [
      'The secrets could not be laid out for the launch: {message}',
      '실행에 비밀 값을 전달하지 못했습니다: {message}',
    ],
    [
      'Check that the agent runs as root or has its helper, and that memory is free.',
      '에이전트가 root이거나 도우미를 사용하는지, 메모리가 남아 있는지 확인하십시오.',
    ],
  ),
})

export const HUB_CAMERA_ERRORS = defineErrors({
  HUB_CAMERA_HAS_CREDENTIALS: lasting(
    400,
    [
      'The address of the camera {name} contains a user or a password.',
      '카메라 {name} 주소에 사용자 또는 비밀번호가 들어 있습니다.',
    ],
    [
      'Leave them out of the address; enter the password as a secret and name the user and the secret beside it.',
      '주소에서 빼고, 비밀번호를 비밀 값으로 등록한 뒤 사용자와 비밀 값 이름을 따로 입력하십시오.',
    ],
  ),
})

export const AGENT_CAMERA_ERRORS = defineErrors({
  AGENT_CAMERA_NOT_ENTERED: passing(
    409,
    [
      'The launch asks for the camera {name}, which the device’s record does not have.',
      '실행이 요청한 카메라 {name} 항목이 단말 정보에 없습니다.',
    ],
    [
      'Enter the camera under that name in the device’s record; the launch starts by itself then.',
      '단말 정보에 그 이름으로 카메라를 입력하면 실행이 자동으로 시작됩니다.',
    ],
  ),
  AGENT_CAMERA_UNREACHABLE: passing(
    502,
    ['The camera {name} does not answer: {message}', '카메라 {name} 항목이 응답하지 않습니다: {message}'],
    [
      'Check its power, its cable and its address; the agent asks again.',
      '전원, 케이블, 주소를 확인하십시오. 에이전트가 다시 시도합니다.',
    ],
  ),
  AGENT_CAMERA_NOT_RTSP: passing(
    502,
    [
      'What answers at the address of the camera {name} is no camera.',
      '카메라 {name} 주소에서 응답하는 것이 카메라가 아닙니다.',
    ],
    ['Correct address and port in the device’s record.', '단말 정보의 주소와 포트를 고치십시오.'],
  ),
  AGENT_CAMERA_PASSWORD: passing(
    401,
    [
      'The camera {name} does not take the user and password.',
      '카메라 {name} 항목이 사용자와 비밀번호를 받아들이지 않습니다.',
    ],
    [
      'Enter the user in the device’s record and the password as the secret that it names.',
      '단말 정보에 사용자를, 지정된 비밀 값에 비밀번호를 입력하십시오.',
    ],
  ),
  AGENT_CAMERA_REFUSED: passing(
    502,
    [
      'The camera {name} refuses the stream (status {status}).',
      '카메라 {name} 항목이 영상을 거부합니다(상태 {status}).',
    ],
    [
      'Check the path in its address; many cameras name it in their manual.',
      '주소의 경로를 확인하십시오. 보통 카메라 설명서에 있습니다.',
    ],
  ),
  AGENT_CAMERA_NO_VIDEO: passing(
    502,
    ['The camera {name} offers no video at that address.', '카메라 {name} 주소에 영상이 없습니다.'],
    ['Correct the path in its address.', '주소의 경로를 고치십시오.'],
  ),
})
