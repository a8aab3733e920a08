// Floor of the agent's memory: Node with ws and undici loaded and one idle connection.
import { Agent } from 'undici'
import { WebSocket } from 'ws'

const [, , url = ''] = process.argv
const dispatcher = new Agent()
const socket = new WebSocket(url, { perMessageDeflate: false })
socket.once('open', () => socket.send(JSON.stringify({ type: 'hello', hostname: 'floor' })))
socket.once('close', () => void dispatcher.close())
