// Causes of a failed launch in the program and its image, and what an exit code alone tells.
import { defineErrors, lasting, passing } from '../error-entry.ts'

export const PROGRAM_CAUSES = defineErrors({
  AGENT_CAUSE_LIBRARY_MISSING: lasting(
    502,
    ['The library {library} is missing from the image.', '이미지에 라이브러리 {library}이(가) 없습니다.'],
    ['Add the package {package} to the image.', '이미지에 {package} 패키지를 추가하십시오.'],
  ),
  AGENT_CAUSE_LIBRARY_MISSING_OTHER: lasting(
    502,
    ['The library {library} is missing from the image.', '이미지에 라이브러리 {library}이(가) 없습니다.'],
    [
      'Add the package that holds it; apt-file search {library} names it.',
      '해당 라이브러리가 든 패키지를 추가하십시오. apt-file search {library}로 찾을 수 있습니다.',
    ],
  ),
  AGENT_CAUSE_SHARED_MEMORY: lasting(
    502,
    ['The program ran out of shared memory (/dev/shm).', '프로그램의 공유 메모리(/dev/shm)가 부족합니다.'],
    ['Raise the shared memory size in the package.', '패키지의 공유 메모리 크기를 늘리십시오.'],
  ),
  AGENT_CAUSE_USER_UNKNOWN: lasting(
    502,
    [
      'The program’s user number has no name in the image.',
      '프로그램의 사용자 번호에 해당하는 이름이 이미지에 없습니다.',
    ],
    [
      'Set USER and HOME in the package, or create the user in the image.',
      '패키지에 USER와 HOME을 설정하거나 이미지에 사용자를 만드십시오.',
    ],
  ),
  AGENT_CAUSE_NOT_WRITABLE: lasting(
    502,
    [
      'The program may not write to its home, cache or application folder.',
      '프로그램이 홈, 캐시 또는 애플리케이션 폴더에 쓸 수 없습니다.',
    ],
    [
      'Give it a volume there, or point HOME, MPLCONFIGDIR, YOLO_CONFIG_DIR, TORCH_HOME and NUMBA_CACHE_DIR to a writable folder.',
      '해당 위치에 볼륨을 지정하거나 HOME, MPLCONFIGDIR, YOLO_CONFIG_DIR, TORCH_HOME, NUMBA_CACHE_DIR을 쓰기 가능한 폴더로 지정하십시오.',
    ],
  ),
  AGENT_CAUSE_THREADS_BLOCKED: lasting(
    502,
    [
      'The program could not start a thread: an old Docker, or the process limit.',
      '오래된 Docker 또는 프로세스 수 제한 때문에 프로그램이 스레드를 시작하지 못했습니다.',
    ],
    [
      'Update Docker to 20.10.10 or later, or raise the process limit of the package.',
      'Docker를 20.10.10 이상으로 업데이트하거나 패키지의 프로세스 수 제한을 늘리십시오.',
    ],
  ),
  AGENT_CAUSE_FILE_HIDDEN: lasting(
    502,
    [
      'The program did not find its model or data file.',
      '프로그램이 모델 또는 데이터 파일을 찾지 못했습니다.',
    ],
    [
      'Check the path; drop a working directory or mount that hides the image’s folder.',
      '경로를 확인하고, 이미지의 폴더를 가리는 작업 디렉터리나 마운트를 제거하십시오.',
    ],
  ),
  AGENT_CAUSE_LOCALE: lasting(
    502,
    ['The program runs without a UTF-8 locale.', '프로그램이 UTF-8 로캘 없이 실행되었습니다.'],
    ['Set LANG=C.UTF-8 in the package.', '패키지에 LANG=C.UTF-8을 설정하십시오.'],
  ),
  AGENT_CAUSE_KOREAN_FONT: lasting(
    502,
    [
      'The image has no Korean font, so Korean text shows as boxes.',
      '이미지에 한글 글꼴이 없어 한글이 네모로 표시됩니다.',
    ],
    [
      'Add fonts-nanum or fonts-noto-cjk to the image.',
      '이미지에 fonts-nanum 또는 fonts-noto-cjk를 추가하십시오.',
    ],
  ),
  AGENT_CAUSE_SOUND: lasting(
    502,
    ['The program found no sound device.', '프로그램이 소리 장치를 찾지 못했습니다.'],
    [
      'Ask for sound in the package, or set SDL_AUDIODRIVER=dummy.',
      '패키지에 소리 사용을 지정하거나 SDL_AUDIODRIVER=dummy를 설정하십시오.',
    ],
  ),
  AGENT_CAUSE_DBUS: lasting(
    502,
    [
      'The program found no D-Bus, which is usually harmless.',
      '프로그램이 D-Bus를 찾지 못했으나 대개 문제가 되지 않습니다.',
    ],
    [
      'Set NO_AT_BRIDGE=1 to silence it; look for another cause.',
      '메시지를 없애려면 NO_AT_BRIDGE=1을 설정하고, 다른 원인을 확인하십시오.',
    ],
  ),
  AGENT_CAUSE_ILLEGAL_INSTRUCTION: lasting(
    502,
    [
      'The program uses instructions, such as AVX, that this device’s processor lacks.',
      '프로그램이 이 단말의 프로세서에 없는 명령(AVX 등)을 사용합니다.',
    ],
    [
      'Use libraries built without AVX, or a device with a newer processor.',
      'AVX 없이 빌드된 라이브러리를 사용하거나 더 새로운 프로세서의 단말을 사용하십시오.',
    ],
  ),
  AGENT_CAUSE_ENDED_NORMALLY: passing(
    502,
    [
      'The program ended without an error, for example because its window was closed.',
      '프로그램이 오류 없이 끝났습니다. 창을 닫은 경우 등이 이에 해당합니다.',
    ],
    [
      'Nothing needs to be done; it is started again by itself.',
      '조치가 필요 없습니다. 자동으로 다시 시작합니다.',
    ],
  ),
  AGENT_CAUSE_ABORTED: passing(
    502,
    ['The program aborted itself (SIGABRT).', '프로그램이 스스로 중단되었습니다(SIGABRT).'],
    [
      'Read the quoted log line; every failure of a Qt platform plugin ends like this.',
      '인용된 로그를 확인하십시오. Qt 플랫폼 플러그인 오류는 모두 이렇게 끝납니다.',
    ],
  ),
  AGENT_CAUSE_KILLED: passing(
    502,
    ['The program was killed from outside (SIGKILL).', '프로그램이 외부에서 강제 종료되었습니다(SIGKILL).'],
    [
      'Look in the device’s kernel log for “Out of memory”, or for who killed it.',
      '단말의 커널 로그에서 “Out of memory” 또는 강제 종료한 주체를 확인하십시오.',
    ],
  ),
  AGENT_CAUSE_SEGMENTATION_FAULT: passing(
    502,
    [
      'The program crashed on a memory error (SIGSEGV).',
      '프로그램이 메모리 오류(SIGSEGV)로 비정상 종료되었습니다.',
    ],
    [
      'Try it with LIBGL_ALWAYS_SOFTWARE=1, and check that its libraries fit together.',
      'LIBGL_ALWAYS_SOFTWARE=1로 시험하고 라이브러리들이 서로 맞는지 확인하십시오.',
    ],
  ),
  AGENT_CAUSE_TERMINATED: passing(
    502,
    [
      'The program was asked to end from outside (SIGTERM).',
      '프로그램이 외부의 요청으로 종료되었습니다(SIGTERM).',
    ],
    [
      'Find out who stopped the container; it is started again by itself.',
      '누가 컨테이너를 중지했는지 확인하십시오. 자동으로 다시 시작합니다.',
    ],
  ),
})
