import { SaxesParser } from 'saxes';
import type { Unread } from '../finding.ts';
import { preprocess, type Variable } from './preprocess.ts';

/** An element of the configuration, with the place where it begins. */
export interface Node {
  name: string;
  attributes: Record<string, string>;
  children: Node[];
  text: string;
  file: string;
  line: number;
}

export interface Tree {
  root: Node;
  variables: Map<string, Variable>;
  unread: Unread[];
  files: number;
}

const MAX_DEPTH = 64;
const MAX_NODES = 500_000;
/** FreeSWITCH's parser takes these as they are. */
const LENIENT = /disallowed character\.$|duplicate attribute|malformed comment|inside the prolog|root element/i;

const TOO_MUCH = 'nests deeper, or holds more elements, than any configuration: not all was audited';

const node = (name: string, file: string, line: number): Node => ({
  name,
  attributes: {},
  children: [],
  text: '',
  file,
  line,
});

/** The parser's message without its own position and full stop. */
const plain = (message: string): string => message.replace(/^[\d:]+ ?|\.$/g, '');

/** An `&` that begins none of XML's own entities is text; so a document's own entities are never expanded. */
const asText = (line: string): string =>
  line.replace(/&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[\da-f]{1,6});)/gi, '&amp;');

/** Builds the tree of what the parser sees; `complain` is told, once a file, what is wrong with it. */
function builder(root: Node, at: { file: string; line: number }, complain: (why: string) => void): SaxesParser {
  const stack = [root];
  const top = () => stack[stack.length - 1]!;
  let nodes = 0;
  const parser = new SaxesParser();
  parser.on('opentagstart', ({ name }) => {
    const opened = node(name, at.file, at.line);
    if (stack.length > MAX_DEPTH || ++nodes > MAX_NODES) complain(TOO_MUCH);
    else top().children.push(opened);
    stack.push(opened);
  });
  parser.on('opentag', ({ attributes }) => {
    top().attributes = attributes as Record<string, string>;
  });
  parser.on('closetag', () => {
    if (stack.length > 1) stack.pop();
  });
  const text = (more: string) => {
    top().text += more;
  };
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('error', ({ message }) => {
    if (!LENIENT.test(message)) complain(`is not well-formed XML (${plain(message)}): FreeSWITCH would not load it`);
  });
  return parser;
}

/**
 * Reads `file` (a `freeswitch.xml`) with all it includes. What is not well-formed is said once a file, and read as far as it
 * goes.
 */
export function readTree(file: string): Tree {
  const root = node('', file, 1);
  const at = { file, line: 1 };
  const broken = new Map<string, Unread>();
  const parser = builder(root, at, (why) => {
    if (!broken.has(at.file)) broken.set(at.file, { ...at, why });
  });
  // One element around all: what is read may have several roots, or none.
  parser.write('<all>\n');
  const { variables, files, unread } = preprocess(file, (line, from, number) => {
    at.file = from;
    at.line = number;
    parser.write(asText(line));
  });
  parser.write('</all>').close();
  return { root: root.children[0] ?? root, variables, files, unread: [...unread, ...broken.values()] };
}
