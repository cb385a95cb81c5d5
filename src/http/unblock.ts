import { readToken } from '../guard/link.ts';
import { NotUnblocked, PUT_RIGHT, putRight, type Unblocker } from '../guard/unblock.ts';

export interface Page {
  status: number;
  html: string;
}

/** Answers a GET or POST of `/unblock/TOKEN`; `body` is a form's. */
export type UnblockPages = (method: string, token: string, body: string) => Page;

export interface UnblockPageParts {
  unblocker: Unblocker;
  /** Signs links; the same over restarts. */
  key: string;
  now: () => number;
}

const LABEL: Record<(typeof PUT_RIGHT)[number], string> = {
  password: 'The password was changed',
  firewall: 'The firewall was closed',
  device: 'The phone or computer was cleaned or replaced',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const page = (status: number, title: string, body: string): Page => ({
  status,
  html: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>${title}</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem}label{display:block}button{font:inherit;margin-top:1rem;padding:.4rem 1rem}</style>
<h1>${title}</h1>
${body}
</html>
`,
});

const GONE: Record<'forged' | 'expired' | 'lifted', [number, string]> = {
  forged: [404, 'This is no link of this guard.'],
  expired: [410, 'This link is too old. Use <code>dialwarden unblock</code>, or the link of a newer mail.'],
  lifted: [410, 'That block is no longer in force: the link was used, or somebody lifted it.'],
};
const gone = (why: keyof typeof GONE): Page => page(GONE[why][0], 'Nothing to unblock', `<p>${GONE[why][1]}</p>`);

function form(block: NonNullable<ReturnType<Unblocker['block']>>, status: number, said = ''): Page {
  const who = block.ext === '' ? `site ${block.site}` : `extension ${block.ext}`;
  const boxes = PUT_RIGHT.map((w) => `<label><input type="checkbox" name="done" value="${w}"> ${LABEL[w]}</label>`);
  const ask = block.fraud ? '<p>What was put right?</p>' : '';
  return page(
    status,
    `Unblock ${escaped(who)}`,
    `<p>Blocked since ${new Date(block.at).toISOString()}: ${escaped(block.reason)}</p>${said}
<form method="post">${ask}${block.fraud ? boxes.join('') : ''}<button>Unblock</button></form>`,
  );
}

/**
 * The pages behind a link in a mail. GET only shows, since mail scanners follow links; POST lifts the block when it says
 * what was put right. A link works once: the block it names is in force no more after that.
 */
export function unblockPages({ unblocker, key, now }: UnblockPageParts): UnblockPages {
  function act(id: number, done: string[]): Page | null {
    try {
      const request = { id, until: null, done, by: 'link', why: 'by the link in a mail', at: now() };
      const { probation } = unblocker.unblock(request);
      const end = probation === null ? '' : ` Its limits are armed until ${new Date(probation).toISOString()}.`;
      return page(200, 'Unblocked', `<p>Calls go on.${end}</p>`);
    } catch (error) {
      if (error instanceof NotUnblocked) return error.why === 'no_block' ? gone('lifted') : null;
      throw error;
    }
  }

  return (method, token, body) => {
    const id = readToken(key, token, now());
    if (typeof id === 'string') return gone(id);
    const block = unblocker.block(id, now());
    if (!block) return gone('lifted');
    if (method !== 'POST') return form(block, 200);
    const done = new URLSearchParams(body).getAll('done').filter((word) => putRight([word]));
    return act(id, done) ?? form(block, 422, '<p><strong>Say what was put right.</strong></p>');
  };
}
