import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { lazyReader } from '../../src/hosts/assets.ts';

const wasm = dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm'));

describe('the reader of commands', () => {
  it('loads the grammar of PowerShell for a command that speaks of it, and for no other', async () => {
    const reader = lazyReader(wasm);
    assert.equal((await reader('npm test')).powershell, undefined);
    const language = (await reader("pwsh -c 'Get-ChildItem'")).powershell;
    assert.deepEqual(language?.read('Get-ChildItem', { directory: '/w', home: '/h' }).obscure, []);
    assert.equal((await reader('PowerShell.exe -c ls')).powershell, language);
    assert.notEqual((await reader('./build.ps1')).powershell, undefined);
    assert.equal((await reader('git status')).powershell, undefined);
  });
});
