import assert from 'node:assert/strict';
import { assessCommand } from '../../../../src/risk/assess.ts';
import { programs } from '../../../../src/risk/shell/programs/table.ts';
import { holds } from '../holds.ts';
import { factsOf, parseBash } from '../support.ts';

describe('What programs do with the files that they are given', () => {
  holds('low', [
    'python3 -m json.tool package.json',
    'python3 -m base64 src/a.txt',
    'python3 -m dis src/a.py',
    'python3 -m unittest',
    'python3 -m unittest tests.test_a -v',
    'python3 -m unittest discover -s tests -p "*_test.py"',
    'python3 -m compileall -q src',
    'python3 -m zipfile -l dist/a.zip',
    'python3 -m timeit "1+1"',
    'python3 -m calendar 2024',
    'flask run --host 127.0.0.1',
    'flask --app src.a run',
    'python3 -m pytest -q tests/test_a.py',
    'openssl version',
    'openssl dgst -sha256 package.json',
    'dd if=/dev/zero of=a.bin bs=1M count=10',
    'dd if=/dev/zero of=a.bin bs=512 count=2x4',
    'chmod +x run.sh',
    'chmod 644 src/a.ts',
    'chmod -R 755 scripts',
    'chmod -R u+rwX src',
    'chmod -R go-w src',
    'chmod a-x run.sh',
    'node --test --test-reporter=spec',
    'node --test --test-reporter dot',
    'if [ -f .env ]; then echo yes; fi',
    'test -e .env && echo yes',
    '[[ -f .env ]] || echo no',
    'for f in src/*.js; do node --check $f; done',
    'for f in src/*.js; do node --check "$f" || exit 1; done',
  ]);
  holds('medium', [
    ['python3 -m base64 .env', 'read.secret'],
    ['python3 -m base64 -e ./.env', 'read.secret'],
    ['python3 -m quopri .env', 'read.secret'],
    ['python3 -mbase64 .env', 'read.secret'],
    ['python3 -Bmdis .env', 'read.secret'],
    ['python3 -m uu .env', 'read.secret'],
    ['python3 -m gzip .env', 'read.secret'],
    ['python3 -Bm dis .env', 'read.secret'],
    ['python3 -m symtable .env', 'read.secret'],
    ['python3 -m difflib .env a.txt', 'read.secret'],
    ['python3 -m fileinput .env', 'read.secret'],
    ['python3 -m some_tool', 'program.unknown'],
    ['python3 -m some_tool .env', 'read.secret'],
    ['base64 .env', 'read.secret'],
    ['xxd .env', 'read.secret'],
    ['dd if=.env', 'read.secret'],
    ['echo "$(<.env)"', 'read.secret'],
    ['openssl dgst .env', 'read.secret'],
    ['openssl sha256 -hex .env', 'read.secret'],
    ['openssl enc -aes-256-cbc -in a -out b -pass file:.env', 'secrets.encrypts'],
    ['dd if=/dev/zero of=x bs=1M count=10000000', 'files.fillsDisk'],
    ['dd if=/dev/urandom of=x bs=1G count=500', 'files.fillsDisk'],
    ['dd if=/dev/zero of=x bs=64K count=1M', 'files.fillsDisk'],
    ['dd if=/dev/zero of=x iflag=count_bytes count=1T', 'files.fillsDisk'],
    ['yes | head -c 200G > src/big.csv', 'files.fillsDisk'],
    ['yes a,b | head --bytes=300GB > src/big.csv', 'files.fillsDisk'],
    ['yes | head -c 99999999999 | tee src/big.csv', 'files.fillsDisk'],
    ['head -c 1T /dev/zero > src/big.csv', 'files.fillsDisk'],
    ['yes | head -n 90000000000 > src/big.csv', 'files.fillsDisk'],
    ['yes | tee src/big.csv', 'files.fillsDisk'],
    ['yes | cat > src/big.csv', 'files.fillsDisk'],
    ['cat /dev/zero | base64 > src/big.csv', 'files.fillsDisk'],
    ['tr -dc a-z < /dev/urandom > src/big.csv', 'files.fillsDisk'],
    ['yes | dd of=src/big.csv', 'files.fillsDisk'],
    ['yes | dd of=src/big.csv bs=1G count=200', 'files.fillsDisk'],
    ['fallocate -l 200G src/big.bin', 'files.fillsDisk'],
    ['truncate -s 200G src/big.bin', 'files.fillsDisk'],
    ['chmod -R 000 .', 'files.locksOut'],
    ['chmod -R 0 src', 'files.locksOut'],
    ['chmod --recursive a-rwx src', 'files.locksOut'],
    ['chmod -R u= src', 'files.locksOut'],
    ['chmod 000 src/a.ts', 'files.locksOut'],
    ['chmod -R 644 .', 'files.locksOut'],
    ['zip -m a.zip node_modules/a.js', 'delete.regenerable'],
    ['rm -rf dist build', 'delete.regenerable'],
    ['node --openssl-config=x.cnf --test', 'interpreter.loadsModule'],
    'node --test-reporter=./x.js --test',
    'node --import ./x.mjs --test',
    ['python3 -m flask run --host 0.0.0.0', 'builds.listensWide'],
    ['flask --app src.a run -h ::', 'builds.listensWide'],
    ['flask run --host=192.168.1.2', 'builds.listensWide'],
  ]);
  holds('high', [
    ['python3 -m cProfile -o .git/hooks/pre-commit src/a.py', 'path.gitFolder'],
    ['python3 -m cProfile -o../x src/a.py', 'write.outside'],
    ['python3 -m cProfile --outfile=../x -m pytest', 'write.outside'],
    ['python3 -m trace --coverdir=../x src/a.py', 'write.outside'],
    ['python3 -m json.tool a.json .vscode/settings.json', 'path.editor'],
    ['python3 -m zipfile -e a.zip ../x', 'write.outside'],
    ['python3 -m tarfile -c ../x.tar src', 'write.outside'],
    ['python3 -m zipapp src -o ../x.pyz', 'write.outside'],
    ['python3 -m unittest discover /tmp', 'load.outside'],
    ['python3 -m unittest discover -s /tmp', 'load.outside'],
    ['python3 -m doctest /tmp/x.py', 'load.outside'],
    ['python3 -m ftplib example.com', 'network.reach'],
    ['python3 -m pdb -c \'import os; os.system("curl https://x.example")\' src/a.py', 'network.reach'],
    ['coverage run --rcfile=/tmp/x src/a.py', 'load.outside'],
    ['node --icu-data-dir=../x --test', 'load.outside'],
    ['history -w .vscode/tasks.json', 'path.editor'],
    ['history -a .git/hooks/pre-commit', 'path.gitFolder'],
    ['zip -qm a.zip .env', 'delete.ignored'],
  ]);
  holds('critical', [
    ['python3 -m tarfile -l /home/ann/.ssh/x', 'read.keyMaterial'],
    ['python3 -m zipfile -l ~/.ssh/x', 'read.keyMaterial'],
    ['python3 -m base64 -d ~/.aws/credentials', 'read.keyMaterial'],
  ]);
});

describe('Well-known tools where the installed programs are not there', () => {
  const facts = factsOf();
  const bare = {
    ...facts,
    path(path: string) {
      const fact = facts.path(path);
      return fact !== undefined && path.includes('/node_modules') ? { ...fact, kind: 'missing' as const } : fact;
    },
  };
  const tierOf = (command: string): string =>
    assessCommand({ parse: parseBash, table: programs }, { command, cwd: '/work/app' }, bare).assessment.tier;

  for (const command of ['npx tsc --noEmit', 'npx eslint .', 'npx prettier --check .', 'npx vitest run', 'npx jest -i'])
    it(`takes \`${command}\` for medium`, () => assert.equal(tierOf(command), 'medium'));
  for (const command of ['npx tsc@latest', 'npx some-stranger', 'npx http-server', 'npx -y evil'])
    it(`takes \`${command}\` for high`, () => assert.equal(tierOf(command), 'high'));
});
