import { dirname, resolve } from 'node:path';
import type { Unread } from '../finding.ts';
import { glob } from '../glob.ts';
import { readText } from '../read-text.ts';
import { parseDirective } from './directive.ts';

// FreeSWITCH's own pre-processor (switch_xml.c, preprocess()): line by line, before any XML is parsed.

/** Nesting at which FreeSWITCH itself gives up. */
const MAX_DEPTH = 100;
const MAX_FILES = 20_000;
/** Characters of one line after its variables were put in, and of all lines together. */
const MAX_LINE = 1024 * 1024;
const MAX_TOTAL = 32 * 1024 * 1024;

/** Known only to the running FreeSWITCH; they stay in the text as they are written. */
const DYNAMIC =
  'hostname switchname local_ip_v4 local_mask_v4 local_ip_v6 switch_serial base_dir recordings_dir sound_prefix sounds_dir ' +
  'log_dir run_dir db_dir mod_dir htdocs_dir script_dir temp_dir grammar_dir certs_dir storage_dir cache_dir images_dir ' +
  'core_uuid zrtp_enabled nat_public_addr nat_private_addr nat_type';

export interface Preprocessed {
  unread: Unread[];
  /** Files read. */
  files: number;
  variables: Map<string, Variable>;
}

/** A global variable and the line that set it. */
export interface Variable {
  value: string;
  file: string;
  line: number;
}

interface Run extends Preprocessed {
  emit(text: string, file: string, line: number): void;
  stack: string[];
  total: number;
  full: boolean;
}

function expand(run: Run, text: string): string | null {
  if (!text.includes('$${')) return text;
  let length = text.length;
  const expanded = text.replace(/\$\$\{([^{}]*)\}/g, (_, name: string) => {
    const value = length > MAX_LINE ? '' : (run.variables.get(name)?.value ?? '');
    length += value.length;
    return value;
  });
  return length > MAX_LINE ? null : expanded;
}

function include(run: Run, pattern: string, file: string, line: number): void {
  if (pattern.includes('$${')) {
    run.unread.push({
      file: pattern,
      line: null,
      why: `included by ${file}:${line}, but the folder is known to FreeSWITCH only`,
    });
    return;
  }
  const path = resolve(dirname(file), pattern);
  const paths = glob(path, MAX_FILES);
  if (paths.length === 0 && !/[*?[]/.test(path))
    run.unread.push({ file: path, line: null, why: `is not there, though ${file}:${line} includes it` });
  for (const each of paths) readInto(run, each, { file, line });
}

function obey(run: Run, command: string, data: string, file: string, line: number): void {
  const set = /^([^=]*)=\s*(.*)$/s.exec(data);
  if (command === 'include') include(run, data, file, line);
  else if (command === 'set') {
    if (set) run.variables.set(set[1]!.trim(), { value: set[2]!, file, line });
  } else if (command === 'stun-set') {
    // The address a STUN server would tell: nothing that the audit weighs, so the variable keeps its own name.
    const name = set?.[1]?.trim();
    if (name) run.variables.set(name, { value: `$\${${name}}`, file, line });
  } else if (command === 'exec' || command === 'exec-set' || command === 'env-set')
    run.unread.push({
      file,
      line,
      why: `has an "${command}" that was not carried out: what it would put here is not audited`,
    });
}

function readLines(run: Run, file: string, text: string): void {
  let inDirective = false;
  let number = 0;
  for (const raw of text.split(/(?<=\n)/)) {
    number++;
    if (run.full) return;
    const line = expand(run, raw);
    if (line === null) {
      run.unread.push({ file, line: number, why: 'is longer than 1 MB with its variables put in' });
      continue;
    }
    const parsed = parseDirective(line, inDirective);
    inDirective = parsed.open;
    run.total += parsed.text.length;
    if (run.total > MAX_TOTAL) {
      run.full = true;
      run.unread.push({
        file,
        line: number,
        why: 'and all that follows was not read: the configuration is larger than 32 MB',
      });
      return;
    }
    // The line is ended even where text was taken out of it, so that the parser sees where it is.
    if (parsed.text !== '') run.emit(parsed.text, file, number);
    if (parsed.directive) obey(run, parsed.directive.command, parsed.directive.data, file, number);
  }
}

function readInto(run: Run, file: string, from: { file: string; line: number } | null): void {
  if (run.full) return;
  if (run.stack.includes(file)) {
    run.unread.push({
      file: from!.file,
      line: from!.line,
      why: `includes ${file}, which is being read already: a loop`,
    });
    return;
  }
  if (run.stack.length > MAX_DEPTH || run.files >= MAX_FILES) {
    run.full = true;
    run.unread.push({
      file,
      line: null,
      why: `was not read: there are more than ${MAX_FILES} files, or includes nested deeper than ${MAX_DEPTH}`,
    });
    return;
  }
  const read = readText(file);
  if ('why' in read) {
    run.unread.push({ file, line: null, why: read.why });
    return;
  }
  run.files++;
  run.stack.push(file);
  readLines(run, file, read.text);
  run.stack.pop();
}

/**
 * Reads a configuration as FreeSWITCH's pre-processor does and hands each line that is left to `emit`, with the file and
 * line it stands in. Commands are never run; they, loops, and what is too large are listed as unread.
 */
export function preprocess(root: string, emit: Run['emit']): Preprocessed {
  const variables = new Map<string, Variable>();
  for (const name of DYNAMIC.split(' ')) variables.set(name, { value: `$\${${name}}`, file: root, line: 0 });
  variables.set('conf_dir', { value: dirname(root), file: root, line: 0 });
  const run: Run = { emit, variables, unread: [], files: 0, stack: [], total: 0, full: false };
  readInto(run, root, null);
  return run;
}
