import type { Claim } from '../../claim.ts';
import { type Call, claimed, note, type ProgramTable, type Spec } from '../spec.ts';
import { harmless, named, taking } from './parts.ts';

const asksOnly = (call: Call): boolean =>
  call.words.length > 0 && call.words.every(word => /^(--version|-v|-V|--help|-h|version|help)$/.test(word.text ?? ''));

const drives: Spec = {
  inspect: call => (asksOnly(call) ? [] : [claimed(note('critical', 'self-drive', 'desktop.drivesEditor'))]),
};

/** Flags with which an agent asks nobody. */
const unasked =
  /^(--dangerously.*|--yolo|-y|--yes.*|--full-auto|--auto-approve.*|--allow-all.*|--approval-mode(=.*)?|--ask-for-approval(=.*)?|--sandbox=danger.*|danger-full-access|bypassPermissions|--permission-mode=bypass.*|--trust-all-tools|--no-confirm|--always-approve|--skip-permissions.*)$/;

const agent: Spec = {
  inspect: call => {
    if (asksOnly(call)) return [];
    const free = call.words.some(word => unasked.test(word.text ?? ''));
    return [
      claimed(note(free ? 'critical' : 'high', 'external-service', free ? 'desktop.agentUnasked' : 'desktop.agent')),
      ...(free ? [] : [{ does: 'net', host: null, send: true, judged: true } as const]),
    ];
  },
};

const opens = note('high', 'runs-on-host', 'desktop.opens');
const clipboard = note('medium', 'upload', 'desktop.clipboard');
const input = note('critical', 'self-drive', 'desktop.input');

/** The `defaults`, `plutil` and `PlistBuddy` of macOS. */
const preferences: Spec = {
  inspect: call =>
    /^(read|read-type|domains|find|export|help)$/.test(call.operands[0]?.text ?? 'write') || call.has('-p', '-lint')
      ? [claimed(note('medium', 'outside-workspace', 'desktop.preferencesRead'))]
      : [claimed(note('high', 'persistence', 'desktop.preferences'))],
};

/** The desktop around us: editors, agents, the clipboard, windows and what opens by itself. */
export const desktop: ProgramTable = {
  ...named(
    'gatehouse code code-insiders code-oss code-server code-tunnel codium vscodium codium-insiders cursor windsurf positron openvscode-server',
    drives,
  ),
  ...named(
    'claude codex gemini aider opencode cursor-agent amp crush qwen droid auggie goose-cli roo kilocode gptme mentat sweep devin amazon-q codebuff letta forge cline cn kiro-cli q plandex openhands interpreter llm sgpt',
    agent,
  ),
  ...named(
    'subl mate zed idea webstorm pycharm phpstorm goland rider clion fleet atom gedit kate kwrite mousepad xed lapce notepad bbedit xcode nova',
    {
      notes: [opens],
      operands: 'write',
    },
  ),
  ...named(
    'open xdg-open start gnome-open kde-open gio exo-open wslview explorer cygstart sensible-browser x-www-browser firefox google-chrome chromium chrome safari brave microsoft-edge run-mailcap see',
    {
      operands: 'look',
      flags: taking('ignore', '-a -b'),
      inspect: call =>
        call.operands[0]?.text === 'trash'
          ? call.operands.slice(1).map((path): Claim => ({ does: 'delete', path, recursive: true }))
          : [claimed(opens)],
    },
  ),
  ...named('notify-send terminal-notifier zenity kdialog dialog whiptail say', {
    notes: [note('low', 'read', 'desktop.notice')],
  }),
  ...named('xclip xsel wl-copy wl-paste pbcopy pbpaste clip clipboard termux-clipboard-get termux-clipboard-set', {
    notes: [clipboard],
  }),
  ...named('xdotool ydotool wtype xte xmacroplay dotool cliclick ydotoold wmctrl xinput i3-msg swaymsg hyprctl xprop', {
    notes: [input],
  }),
  ...named('osascript osacompile automator shortcuts', {
    notes: [input],
    flags: { ...taking('ignore', '-l -s'), '-e': { value: 'ignore' } },
  }),
  ...named(
    'scrot import-window gnome-screenshot screencapture spectacle grim maim flameshot arecord parecord imagesnap fswebcam',
    {
      notes: [note('high', 'credential-access', 'desktop.records')],
      operands: 'write',
    },
  ),
  ...named('gsettings dconf xfconf-query kwriteconfig5 gconftool-2', {
    inspect: call =>
      /^(get|list.*|read|describe|range|monitor|writable)$/.test(call.operands[0]?.text ?? 'set')
        ? []
        : [claimed(note('high', 'persistence', 'desktop.preferences'))],
  }),
  ...named('defaults plutil PlistBuddy', preferences),
  ...named('dbus-send gdbus busctl qdbus dbus-monitor', { notes: [note('high', 'sandbox-escape', 'desktop.bus')] }),
  ...named('xdg-mime xdg-settings xdg-desktop-menu xdg-icon-resource duti', {
    inspect: call =>
      /^(query|get|check)$/.test(call.operands[0]?.text ?? '')
        ? []
        : [claimed(note('high', 'persistence', 'desktop.preferences'))],
  }),
  ...named('xhost xauth', { notes: [note('high', 'sandbox-escape', 'desktop.display')] }),
  ...named('mdfind mdls', { notes: [note('medium', 'outside-workspace', 'files.locate')] }),
  mdutil: harmless,
};
