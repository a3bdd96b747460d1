import * as vscode from 'vscode';
import { type SettingName, type Settings, settingSchemas } from './names.ts';

/**
 * The settings as the person made them. What a workspace or a folder says is not looked at, whatever its scope: none of
 * these may be loosened from there. A value that does not fit counts as the default and is reported to `onBad`.
 */
export function readSettings(onBad: (setting: string) => void): Settings {
  const found = vscode.workspace.getConfiguration('gatehouse');
  const read = <N extends SettingName>(name: N): Settings[N] => {
    const inspected = found.inspect<unknown>(name);
    const schema = settingSchemas[name];
    const own = inspected?.globalValue;
    if (own !== undefined) {
      const parsed = schema.safeParse(own);
      // The schema and the type stand in one table under one name, which the compiler cannot follow through an index.
      if (parsed.success) return parsed.data as Settings[N];
      onBad(`gatehouse.${name}`);
    }
    return schema.parse(inspected?.defaultValue) as Settings[N];
  };
  return {
    model: read('model'),
    baseUrl: read('baseUrl'),
    mode: read('mode'),
    'limits.turns': read('limits.turns'),
    'limits.minutes': read('limits.minutes'),
    contextWindow: read('contextWindow'),
    compaction: read('compaction'),
    'limits.tokens': read('limits.tokens'),
    'limits.usd': read('limits.usd'),
    'limits.usdPerDay': read('limits.usdPerDay'),
    'limits.files': read('limits.files'),
    'limits.lines': read('limits.lines'),
    'limits.refusals': read('limits.refusals'),
    stopAtUnreviewedLines: read('stopAtUnreviewedLines'),
    planFirst: read('planFirst'),
    autoAcceptSteps: read('autoAcceptSteps'),
    testCommand: read('testCommand'),
    stopRules: read('stopRules'),
    sandbox: read('sandbox'),
    reviewModel: read('reviewModel'),
    reviewer: read('reviewer'),
    'isolation.setup': read('isolation.setup'),
    'isolation.copy': read('isolation.copy'),
    'isolation.maxCopyMiB': read('isolation.maxCopyMiB'),
    'retention.runs': read('retention.runs'),
    'retention.days': read('retention.days'),
    'retention.gigabytes': read('retention.gigabytes'),
  };
}
