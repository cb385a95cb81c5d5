import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** Both ends of a connection without a network: a session believes it is a socket. */
export interface FakePeer {
  socket: Socket;
  /** All that the session wrote. */
  heard(): string;
}

/**
 * A peer that says `chunks`, one at each turn of the event loop, and then hangs up, whatever it hears meanwhile: what it says
 * was made up before it knew the questions.
 */
export function fakePeer(chunks: readonly Buffer[]): FakePeer {
  let heard = '';
  let over = false;
  const close = () => {
    if (over) return;
    over = true;
    setImmediate(() => emitter.emit('close'));
  };
  const emitter = Object.assign(new EventEmitter(), {
    destroyed: false,
    writableEnded: false,
    write(text: string) {
      heard += text;
      return true;
    },
    end(text = '') {
      heard += text;
      emitter.writableEnded = true;
      close();
    },
    destroy() {
      emitter.destroyed = true;
      close();
    },
  });
  const say = (at: number) => {
    if (over) return;
    if (at < chunks.length) emitter.emit('data', chunks[at]);
    else emitter.emit('end');
    if (at < chunks.length) setImmediate(say, at + 1);
  };
  setImmediate(say, 0);
  return { socket: emitter as unknown as Socket, heard: () => heard };
}
