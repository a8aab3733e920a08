// What the hub foresees before a deployment: nothing has failed yet.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const FORECAST_ERRORS = defineErrors({
  HUB_FORECAST_DEVICE_AWAY: passing(
    409,
    ['The device is not connected now.', '단말이 지금 연결되어 있지 않습니다.'],
    ['The launch starts when the device comes back.', '단말이 다시 연결되면 실행됩니다.'],
  ),
  HUB_FORECAST_ENGINE_AWAY: passing(
    409,
    ['Docker does not answer on the device.', '단말에서 Docker가 응답하지 않습니다.'],
    [
      'Start Docker on the device; the launch waits for it.',
      '단말에서 Docker를 시작하십시오. 실행은 그때까지 대기합니다.',
    ],
  ),
  HUB_FORECAST_DISPLAY_NOT_READY: passing(
    409,
    ['The device’s display is not ready ({state}).', '단말의 디스플레이가 준비되지 않았습니다({state}).'],
    [
      'The launch waits for the display and shows why; it starts by itself then.',
      '실행은 사유를 표시하며 디스플레이를 기다리고, 준비되면 자동으로 시작합니다.',
    ],
  ),
  HUB_FORECAST_DISPLAY_VIRTUAL: lasting(
    409,
    [
      'The device’s display has no monitor: it draws into memory.',
      '단말의 디스플레이에 모니터가 없어 메모리에만 그려집니다.',
    ],
    [
      'The program will run and can be seen in the live view only.',
      '프로그램은 실행되지만 실시간 보기로만 볼 수 있습니다.',
    ],
  ),
  HUB_FORECAST_SCREEN_DARK: passing(
    409,
    [
      'The device’s screen was dark or covered when last looked at.',
      '마지막 확인 시 단말의 화면이 꺼져 있거나 가려져 있었습니다.',
    ],
    ['Switch the monitor on, and the desktop’s lock off.', '모니터를 켜고 바탕화면 잠금을 해제하십시오.'],
  ),
  HUB_FORECAST_NO_OUTPUT: lasting(
    409,
    [
      'The device has no monitor connector {output} in use; it has {present}.',
      '단말에 사용 중인 모니터 단자 {output} 항목이 없습니다. 있는 단자: {present}',
    ],
    [
      'The window will go to the primary monitor; correct the output of the version’s profile.',
      '창은 주 모니터에 표시됩니다. 버전 프로필의 출력 단자를 고치십시오.',
    ],
  ),
  HUB_FORECAST_NO_GPU: lasting(
    409,
    [
      'The package asks for a GPU and the device has none.',
      '패키지는 GPU를 요청하지만 단말에 GPU가 없습니다.',
    ],
    ['The processor will draw and compute instead, slower.', '대신 CPU가 더 느리게 처리합니다.'],
  ),
  HUB_FORECAST_NO_CAMERA: lasting(
    409,
    [
      'The package asks for the camera {camera}, which the device does not have.',
      '패키지가 요청한 카메라 {camera} 항목이 단말에 없습니다.',
    ],
    [
      'Connect the camera, or correct its name in the version’s profile.',
      '카메라를 연결하거나 버전 프로필에서 이름을 고치십시오.',
    ],
  ),
  HUB_FORECAST_DISK: lasting(
    409,
    [
      'The image needs about {neededMegabytes} MB and the device has {freeMegabytes} MB free.',
      '이미지에 약 {neededMegabytes}MB가 필요하지만 단말의 여유 공간은 {freeMegabytes}MB입니다.',
    ],
    ['Free space on the device before deploying.', '배포 전에 단말의 공간을 확보하십시오.'],
  ),
  HUB_FORECAST_MEMORY: lasting(
    409,
    [
      'The package’s memory limit of {limitMegabytes} MB is more than the device’s {totalMegabytes} MB.',
      '패키지의 메모리 한도 {limitMegabytes}MB가 단말의 {totalMegabytes}MB보다 큽니다.',
    ],
    [
      'Lower the limit in the version’s profile, or choose another device.',
      '버전 프로필의 한도를 낮추거나 다른 단말을 선택하십시오.',
    ],
  ),
  HUB_FORECAST_CAMERA_NOT_ENTERED: lasting(
    409,
    [
      'The package asks for the camera {name}, which the device’s record does not have.',
      '패키지가 요청한 카메라 {name} 항목이 단말 정보에 없습니다.',
    ],
    ['Enter it there; the launch waits for it.', '단말 정보에 입력하십시오. 실행은 그때까지 대기합니다.'],
  ),
  HUB_FORECAST_NO_SECRET: lasting(
    409,
    [
      'The package asks for the secret {name}, which nobody has entered for the device.',
      '패키지가 요청한 비밀 값 {name} 항목이 단말에 입력되어 있지 않습니다.',
    ],
    ['Enter it; the launch waits for it.', '비밀 값을 입력하십시오. 실행은 그때까지 대기합니다.'],
  ),
  HUB_FORECAST_PORT_TWICE: lasting(
    409,
    [
      'The launch would publish port {port} of the device twice.',
      '실행이 단말의 {port}번 포트를 두 번 사용하게 됩니다.',
    ],
    ['Publish one of them elsewhere.', '둘 중 하나를 다른 포트로 지정하십시오.'],
  ),
  HUB_FORECAST_PORT_TAKEN: lasting(
    409,
    [
      'Port {port} of the device is taken by launch {launchId}.',
      '단말의 {port}번 포트를 실행 {launchId} 항목이 사용 중입니다.',
    ],
    ['Stop that deployment, or publish another port.', '해당 배포를 중지하거나 다른 포트를 지정하십시오.'],
  ),
})
