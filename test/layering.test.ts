import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** What each layer may import of the others. The arrows are DESIGN's; a layer may always import itself. */
const arrows: Record<string, readonly string[]> = {
  protocol: [],
  policy: ['protocol'],
  risk: ['protocol', 'policy'],
  ports: ['protocol'],
  checks: ['protocol'],
  gate: ['protocol', 'policy', 'risk', 'ports'],
  effects: ['protocol', 'policy', 'risk', 'ports', 'gate'],
  checkpoints: ['protocol', 'risk', 'ports', 'effects'],
  journal: ['protocol', 'risk', 'ports'],
  models: ['protocol', 'risk', 'ports'],
  tools: ['protocol', 'policy', 'risk', 'ports', 'effects'],
  agent: ['protocol', 'policy', 'risk', 'ports', 'gate', 'effects', 'checkpoints', 'journal', 'models', 'tools'],
  hosts: [
    'protocol',
    'policy',
    'risk',
    'ports',
    'gate',
    'effects',
    'checkpoints',
    'journal',
    'models',
    'tools',
    'agent',
    'checks',
  ],
};

/** Node's doors to the world. `src/effects` holds them; each exception stands here with its reason. */
const worldly = /^(node:)?(fs|fs\/promises|child_process|http|https|http2|net|tls|dgram|worker_threads)$/;
const worldlyExceptions: Record<string, string> = {
  'src/journal/files.ts': 'the journal is what makes effects durable, so it cannot itself be an effect',
  'src/models/rehearsal/server.ts': 'the rehearsal model is a server on loopback that stands in for the API',
};

interface Import {
  file: string;
  specifier: string;
  typeOnly: boolean;
  names: string;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(entry => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found: Import[] = [];
  const statement = /^(?:import|export)\s+(type\s+)?([^'"`;]*?\bfrom\s+)?['"]([^'"]+)['"]/gm;
  for (const [, type, names, specifier] of text.matchAll(statement))
    found.push({ file, specifier: specifier ?? '', typeOnly: type !== undefined, names: names ?? '' });
  for (const [, specifier] of text.matchAll(/\b(?:import|require)\(\s*['"]([^'"]+)['"]/g))
    found.push({ file, specifier: specifier ?? '', typeOnly: false, names: '' });
  return found;
}

const files = sources('src');
const imports = files.flatMap(importsOf);
const layerOf = (path: string): string => path.split('/')[1] ?? '';
const target = (found: Import): string =>
  relative(root, resolve(root, dirname(found.file), found.specifier))
    .split(sep)
    .join('/');

/** Whether a call has `env` in its arguments, or in the constant `options` that it is given. */
function choosesEnvironment(text: string, call: RegExpExecArray): boolean {
  const from = call.index + call[0].indexOf('(');
  let depth = 0;
  let end = from;
  do depth += { '(': 1, ')': -1 }[text[end++] ?? ''] ?? 0;
  while (depth > 0 && end < text.length);
  const given = text.slice(from, end);
  const before = text.slice(0, from);
  const options = /\boptions\b/.test(given) ? before.slice(before.lastIndexOf('const options')) : '';
  return /\benv\b/.test(given + options);
}

describe('the layers', () => {
  it('are walked: the source has files and imports', () => {
    assert.ok(files.length > 15, `only ${files.length} files found`);
    assert.ok(imports.length > 30, `only ${imports.length} imports found`);
  });

  it('are the ones that DESIGN names', () => {
    for (const file of files) assert.ok(layerOf(file) in arrows, `${file} is in no layer`);
  });

  it('point one way', () => {
    const wrong = imports
      .filter(found => found.specifier.startsWith('.') && target(found) !== 'package.json')
      .filter(found => {
        const from = layerOf(found.file);
        const to = layerOf(target(found));
        return from !== to && !(arrows[from] ?? []).includes(to);
      })
      .map(found => `${found.file} imports ${found.specifier}`);
    assert.deepEqual(wrong, []);
  });

  it('have nothing but zod below the protocol', () => {
    const foreign = imports
      .filter(found => layerOf(found.file) === 'protocol' && !found.specifier.startsWith('.'))
      .filter(found => found.specifier !== 'zod')
      .map(found => `${found.file} imports ${found.specifier}`);
    assert.deepEqual(foreign, []);
  });

  it('reach files, processes and the network through src/effects alone', () => {
    const open = imports
      .filter(found => worldly.test(found.specifier))
      .filter(found => layerOf(found.file) !== 'effects' && !(found.file in worldlyExceptions))
      .map(found => `${found.file} imports ${found.specifier}`);
    assert.deepEqual(open, []);
  });

  it('start no process with an environment that is not chosen for it', () => {
    const started = imports.filter(found => /^(node:)?child_process$/.test(found.specifier) && !found.typeOnly);
    assert.ok(started.length > 0, 'no file starts a process');
    const wrong = started.flatMap(({ file }) => {
      const text = readFileSync(join(root, file), 'utf8');
      return [...text.matchAll(/(?<![.\w])(?:spawn|spawnSync|exec|execSync|execFile|execFileSync|fork)\((.*)$/gm)]
        .filter(call => !choosesEnvironment(text, call))
        .map(call => `${file}: ${call[0]}`);
    });
    assert.deepEqual(wrong, []);
  });

  it('keep no exception that is not used', () => {
    const used = new Set(imports.filter(found => worldly.test(found.specifier)).map(found => found.file));
    assert.deepEqual(
      Object.keys(worldlyExceptions).filter(file => !used.has(file)),
      [],
    );
  });

  it("import 'vscode' in src/hosts/vscode alone", () => {
    const wrong = imports
      .filter(found => found.specifier === 'vscode' && !found.file.startsWith('src/hosts/vscode/'))
      .map(found => found.file);
    assert.deepEqual(wrong, []);
  });

  it('mint permits in the gate alone', () => {
    const wrong = imports
      .filter(found => found.names.includes('mintPermit') && layerOf(found.file) !== 'gate')
      .map(found => found.file);
    assert.deepEqual(wrong, []);
  });

  it('let the webview import types of the protocol and nothing else of src', () => {
    const panel = sources('webview-ui').flatMap(importsOf);
    const wrong = panel
      .filter(found => target(found).startsWith('src/'))
      .filter(found => !(target(found).startsWith('src/protocol/') && found.typeOnly))
      .map(found => `${found.file} imports ${found.specifier}`);
    assert.deepEqual(wrong, []);
  });
});
