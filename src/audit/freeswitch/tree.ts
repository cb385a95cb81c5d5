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

const node = (name: string, file: string, line: number): Node => ({
  name,
  attributes: {},
  children: [],
  text: '',
  file,
  line,
});

/** An `&` that begins none of XML's own entities is text; so a document's own entities are never expanded. */
const asText = (line: string): string =>
  line.replace(/&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[\da-f]{1,6});)/gi, '&amp;');

/** Reads `file` (a `freeswitch.xml`) with all it includes. What is not well-formed is said once a file and read as far as it goes. */
export function readTree(file: string): Tree {
  const root = node('', file, 1);
  const stack = [root];
  const broken: Unread[] = [];
  const at = { file, line: 1 };
  let nodes = 0;
  const parser = new SaxesParser();
  const top = () => stack[stack.length - 1]!;
  const complain = (why: string) => {
    if (!broken.some((each) => each.file === at.file)) broken.push({ ...at, why });
  };
  parser.on('opentagstart', (tag) => {
    const opened = node(tag.name, at.file, at.line);
    if (stack.length > MAX_DEPTH || ++nodes > MAX_NODES)
      complain('it nests deeper, or holds more elements, than any configuration: not all was audited');
    else top().children.push(opened);
    stack.push(opened);
  });
  parser.on('opentag', (tag) => {
    top().attributes = tag.attributes as Record<string, string>;
  });
  parser.on('closetag', () => {
    if (stack.length > 1) stack.pop();
  });
  const text = (more: string) => {
    top().text += more;
  };
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('error', (error) => {
    if (!LENIENT.test(error.message))
      complain(`it is not well-formed XML (${error.message.replace(/^[\d:]+ ?/, '')}): FreeSWITCH would not load it`);
  });
  // One element around all: what is read may have several roots, or none.
  parser.write('<all>\n');
  const read = preprocess(file, (line, from, number) => {
    at.file = from;
    at.line = number;
    parser.write(asText(line));
  });
  parser.write('</all>').close();
  return {
    root: root.children[0] ?? root,
    variables: read.variables,
    files: read.files,
    unread: [...read.unread, ...broken],
  };
}
