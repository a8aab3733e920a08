// Folders of packages that somebody carries to a device.
import { defineErrors, passing } from './error-entry.ts'

export const AGENT_FOLDER_ERRORS = defineErrors({
  AGENT_FOLDER_EMPTY: passing(
    404,
    ['{path} holds no package.', '{path}에 패키지가 없습니다.'],
    [
      'Name the folder that bongsu package export wrote: the one with manifests and blobs in it.',
      'bongsu package export가 만든, manifests와 blobs가 들어 있는 폴더를 지정하십시오.',
    ],
  ),
  AGENT_FOLDER_INCOMPLETE: passing(
    404,
    ['{path} is not in the folder.', '폴더에 {path}이(가) 없습니다.'],
    [
      'Export the package again into the folder, and wait until the stick can be removed safely.',
      '패키지를 폴더로 다시 내보내고, 저장 장치를 안전하게 제거하십시오.',
    ],
  ),
  AGENT_FOLDER_REFUSED: passing(
    403,
    ['{path} is not used: {problem}.', '{path}을(를) 쓰지 않습니다: {problem}.'],
    [
      'The folder may hold plain files and folders only, which the agent’s user can read. Export it again.',
      '폴더에는 에이전트 사용자가 읽을 수 있는 일반 파일과 폴더만 둘 수 있습니다. 다시 내보내십시오.',
    ],
  ),
})
