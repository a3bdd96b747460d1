import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { defaultLimits, defaultModel } from '../../../src/hosts/compose.ts';
import { builtinTasks } from '../../../src/hosts/tasks/builtin.ts';
import {
  checkpointsViewId,
  commandIds,
  contextKeys,
  settingSchemas,
  taskCommandIds,
  viewId,
} from '../../../src/hosts/vscode/names.ts';
import { createTaskCommands } from '../../../src/hosts/vscode/tasks/palette.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');
const Command = z.object({
  command: z.string(),
  title: z.string(),
  category: z.string(),
  enablement: z.string().optional(),
});
const Setting = z.looseObject({ default: z.unknown(), scope: z.string(), markdownDescription: z.string() });
const manifest = z
  .looseObject({
    icon: z.string(),
    extensionKind: z.array(z.string()),
    activationEvents: z.array(z.string()),
    capabilities: z.object({
      untrustedWorkspaces: z.object({ supported: z.literal('limited'), description: z.string() }),
      virtualWorkspaces: z.object({ supported: z.literal(false), description: z.string() }),
    }),
    contributes: z.looseObject({
      viewsContainers: z.object({
        activitybar: z.array(z.object({ id: z.string(), icon: z.string(), title: z.string() })),
      }),
      views: z.record(z.string(), z.array(z.looseObject({ id: z.string(), type: z.string() }))),
      commands: z.array(Command),
      menus: z.record(
        z.string(),
        z.array(z.object({ command: z.string(), when: z.string(), group: z.string().optional() })),
      ),
      configuration: z.object({ properties: z.record(z.string(), Setting) }),
    }),
  })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
const { contributes } = manifest;

describe("the extension's manifest", () => {
  it('declares the commands that contracts name, and the code has', () => {
    const ids = contributes.commands.map(({ command }) => command);
    assert.deepEqual(ids.toSorted(), [...commandIds].toSorted());
    assert.deepEqual(ids, [
      'gatehouse.newRun',
      'gatehouse.runTask',
      'gatehouse.task.fixTests',
      'gatehouse.task.writeTests',
      'gatehouse.task.lint',
      'gatehouse.task.typedRefactor',
      'gatehouse.task.upgradeDependency',
      'gatehouse.task.migrateApi',
      'gatehouse.task.optimize',
      'gatehouse.task.document',
      'gatehouse.task.scaffold',
      'gatehouse.stop',
      'gatehouse.toggleAuto',
      'gatehouse.approve',
      'gatehouse.deny',
      'gatehouse.acceptEdit',
      'gatehouse.rejectEdit',
      'gatehouse.keepHunk',
      'gatehouse.dropHunk',
      'gatehouse.reviewEdits',
      'gatehouse.reviewChanges',
      'gatehouse.keepChange',
      'gatehouse.undoChange',
      'gatehouse.keepFile',
      'gatehouse.undoFile',
      'gatehouse.keepRun',
      'gatehouse.openReport',
      'gatehouse.undoRun',
      'gatehouse.redoRun',
      'gatehouse.resumeRun',
      'gatehouse.openRun',
      'gatehouse.showChanges',
      'gatehouse.compareWithWorkspace',
      'gatehouse.restoreFiles',
      'gatehouse.restoreConversation',
      'gatehouse.mergeRun',
      'gatehouse.keepBranch',
      'gatehouse.discardRun',
      'gatehouse.waiveFinding',
      'gatehouse.whyLine',
      'gatehouse.refreshCheckpoints',
      'gatehouse.setApiKey',
      'gatehouse.removeApiKey',
      'gatehouse.openSample',
      'gatehouse.drill',
      'gatehouse.showLog',
    ]);
    assert.deepEqual([...new Set(contributes.commands.map(({ category }) => category))], ['Gatehouse']);
  });

  it('has an entry in the palette for each task class that is built in, named as the task', async () => {
    const begun: string[] = [];
    const commands = createTaskCommands({
      async runOurs(name) {
        begun.push(name);
      },
    });
    const hidden = contributes.menus['commandPalette']?.map(({ command }) => command) ?? [];
    const titles: (string | undefined)[] = [];
    for (const id of taskCommandIds) {
      await commands[id]();
      titles.push(contributes.commands.find(({ command }) => command === id)?.title.toLowerCase());
      assert.ok(!hidden.includes(id), id);
    }
    assert.deepEqual(
      begun,
      builtinTasks.map(({ name }) => name),
    );
    assert.deepEqual(
      titles,
      builtinTasks.map(({ title }) => `${title.toLowerCase()}…`),
    );
  });

  it('declares the panel and the checkpoints in a container of their own, with an icon that exists', () => {
    const [container] = contributes.viewsContainers.activitybar;
    assert.ok(container);
    assert.deepEqual(
      contributes.views[container.id]?.map(({ id, type }) => ({ id, type })),
      [
        { id: viewId, type: 'webview' },
        { id: checkpointsViewId, type: 'tree' },
      ],
    );
    assert.ok(existsSync(join(root, container.icon)));
    assert.ok(existsSync(join(root, manifest.icon)));
  });

  it('lets menus and enablement speak of conditions that are set and commands that exist', () => {
    const rules = [
      ...Object.values(contributes.menus).flat(),
      ...contributes.commands.map(({ command, enablement = '' }) => ({ command, when: enablement })),
    ];
    const ids: string[] = [viewId, checkpointsViewId, 'gatehouse.review'];
    for (const { command, when } of rules) {
      assert.ok((commandIds as readonly string[]).includes(command), command);
      for (const key of when.match(/gatehouse\.\w+/g) ?? [])
        assert.ok(ids.includes(key) || (contextKeys as readonly string[]).includes(key), `${key} of ${command}`);
    }
  });

  it('declares each setting that is read, out of reach of a workspace, with a default that fits', () => {
    const { properties } = contributes.configuration;
    assert.deepEqual(
      Object.keys(properties).toSorted(),
      Object.keys(settingSchemas)
        .map(name => `gatehouse.${name}`)
        .toSorted(),
    );
    for (const [name, schema] of Object.entries(settingSchemas)) {
      const declared = properties[`gatehouse.${name}`];
      assert.equal(declared?.scope, 'application', `${name} can be set by others than the person`);
      assert.deepEqual(schema.parse(declared?.default), declared?.default, name);
    }
  });

  it('has the defaults of the command line', () => {
    const { properties } = contributes.configuration;
    assert.equal(properties['gatehouse.model']?.default, defaultModel);
    assert.equal(properties['gatehouse.mode']?.default, 'ask');
    assert.equal(properties['gatehouse.baseUrl']?.default, 'https://api.anthropic.com');
    const limits = {
      turns: properties['gatehouse.limits.turns']?.default,
      minutes: properties['gatehouse.limits.minutes']?.default,
    };
    assert.deepEqual(limits, defaultLimits);
  });

  it('runs where the files are and activates for the panel, a command or the sample, never at every start', () => {
    assert.deepEqual(manifest.extensionKind, ['workspace']);
    assert.deepEqual(manifest.activationEvents, [
      'onFileSystem:gatehouse-proposal',
      'onTaskType:gatehouse',
      'workspaceContains:.gatehouse/sample.json',
    ]);
    assert.ok(existsSync(join(root, 'media/sample/.gatehouse/sample.json')));
  });
});
