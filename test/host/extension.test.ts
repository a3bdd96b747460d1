import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension in its host', () => {
  it('is found by its id and activates', async () => {
    const extension = vscode.extensions.getExtension('gatehouse.gatehouse');
    assert.ok(extension, 'VS Code does not know gatehouse.gatehouse');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
