import { holds } from '../holds.ts';

describe('Processes', () => {
  holds('low', [
    'ps aux | grep vite',
    'pgrep -f vite',
    'lsof -i :3000',
    'ss -ltnp',
    'top -b -n 1',
    'free -h',
    'uptime',
    'kill %1',
    'kill -9 %2',
    'kill -l',
    'kill -0 1234',
    'fuser 3000/tcp',
  ]);
  holds('medium', [
    ['kill 1234', 'process.kill'],
    ['kill -9 1234', 'process.kill'],
    ['kill -s TERM "$PID"', 'process.kill'],
    ['kill $(lsof -t -i:3000)', 'process.kill'],
    ['pkill -f vite', 'process.kill'],
    ["pkill -f 'node server.js'", 'process.kill'],
    ['killall webpack', 'process.kill'],
    ['renice 10 1234', 'process.priority'],
  ]);
  holds('high', [
    ['pkill -u ann', 'process.killMany'],
    ['pkill -9 "$NAME"', 'process.killMany'],
    ['kill -TERM -- -4321', 'process.killMany'],
    ['fuser -k 3000/tcp', 'process.killMany'],
    ['gcore 1234', 'process.debug'],
  ]);
  holds('critical', [
    ['kill -9 -1', 'process.killsHost'],
    ['kill -- -1', 'process.killsHost'],
    ['kill 1', 'process.killsHost'],
    ['kill $PPID', 'process.killsHost'],
    ['kill -KILL "$PPID"', 'process.killsHost'],
    ['pkill node', 'process.killsHost'],
    ['pkill -9 -f nod', 'process.killsHost'],
    ["pkill -f '.*'", 'process.killsHost'],
    ['killall node', 'process.killsHost'],
    ['killall -9 code', 'process.killsHost'],
    ['pkill gatehouse', 'process.killsHost'],
    ['pkill -o node', 'process.killsHost'],
    ['killall -g node', 'process.killsHost'],
    ['pkill -f extensionHost', 'process.killsHost'],
  ]);
});

describe('The computer', () => {
  holds('low', [
    'uname -a',
    'hostname',
    'id -u',
    'whoami',
    'journalctl -u app -n 50',
    'dmesg',
    'systemctl status nginx',
    'systemctl --user list-units',
    'ip addr',
    'ip -br a show',
    'ifconfig',
    'iptables -L -n',
    'sysctl kernel.hostname',
    'timedatectl',
    'loginctl list-sessions',
    'ldconfig -p',
    'getent passwd root',
    'update-alternatives --display editor',
    'launchctl list',
  ]);
  holds('high', [
    ['hostname evil', 'system.settings'],
    ['systemctl restart nginx', 'system.service'],
    ['systemctl --user enable x.service', 'system.startsLater'],
    ['service ssh stop', 'system.service'],
    ['launchctl load x.plist', 'system.startsLater'],
    ['useradd evil', 'system.accounts'],
    ['crontab jobs.txt', 'system.startsLater'],
    ['echo "* * * * * id" | crontab -', 'system.startsLater'],
    ['passwd root', 'system.accounts'],
    ['usermod -aG docker ann', 'system.accounts'],
    ['iptables -F', 'system.network'],
    ['ip link set eth0 down', 'system.network'],
    ['ip route add default via 10.0.0.1', 'system.network'],
    ['dmesg -C', 'system.logs'],
    ['loginctl terminate-user ann', 'system.session'],
    ['nmcli con up vpn', 'system.network'],
    ['chsh -s /bin/zsh', 'system.accounts'],
  ]);
  holds('critical', [
    ['sysctl -w kernel.randomize_va_space=0', 'system.kernel'],
    ['sysctl kernel.core_pattern=x', 'system.kernel'],
    ['insmod x.ko', 'system.kernel'],
    ['modprobe x', 'system.kernel'],
    ['shutdown -h now', 'system.stops'],
    ['systemctl poweroff', 'system.stops'],
    ['reboot', 'system.stops'],
    ['journalctl --vacuum-time=1s', 'system.logs'],
    ['setenforce 0', 'system.defences'],
    ['ufw disable', 'system.defences'],
    ['auditctl -D', 'system.defences'],
    ['csrutil disable', 'system.defences'],
    ['visudo', 'system.accounts'],
    ['crontab -r', 'system.jobsRemoved'],
  ]);
});

describe('The desktop and other agents', () => {
  holds('low', ['code --version', 'claude --help', 'gatehouse --version', 'notify-send done']);
  holds('medium', [
    ['xclip -o', 'desktop.clipboard'],
    ['pbcopy < a.txt', 'desktop.clipboard'],
    ['defaults read com.apple.dock', 'desktop.preferencesRead'],
  ]);
  holds('high', [
    ['open https://example.com', 'desktop.opens'],
    ['xdg-open a.html', 'desktop.opens'],
    ["claude -p 'do it'", 'desktop.agent'],
    ['aider a.py', 'desktop.agent'],
    ['defaults write com.apple.dock x 1', 'desktop.preferences'],
    ['screencapture x.png', 'desktop.records'],
    ['dbus-send --session x', 'desktop.bus'],
  ]);
  holds('critical', [
    ['code .', 'desktop.drivesEditor'],
    ['code --install-extension x.vsix', 'desktop.drivesEditor'],
    ['code --version --install-extension x.vsix', 'desktop.drivesEditor'],
    ['/usr/bin/code --folder-uri x', 'desktop.drivesEditor'],
    ['gatehouse approve 1', 'desktop.drivesEditor'],
    ['cursor --command x', 'desktop.drivesEditor'],
    ['claude --dangerously-skip-permissions -p x', 'desktop.agentUnasked'],
    ['codex exec --full-auto x', 'desktop.agentUnasked'],
    ['codex --dangerously-bypass-approvals-and-sandbox x', 'desktop.agentUnasked'],
    ['gemini --yolo', 'desktop.agentUnasked'],
    ['aider --yes-always a.py', 'desktop.agentUnasked'],
    ['xdotool key Return', 'desktop.input'],
    ['osascript -e \'tell app "Code" to quit\'', 'desktop.input'],
  ]);
});

describe('Keys and secrets', () => {
  holds('low', [
    'openssl rand -hex 16',
    'openssl version',
    'gpg --verify a.asc',
    'uuidgen',
    'openssl x509 -in a.crt -text',
  ]);
  holds('medium', [
    ['openssl enc -d -aes-256-cbc -in a -out b', 'secrets.decodes'],
    ['ssh-add -l', 'secrets.lists'],
    ['ssh-keygen -t ed25519 -f deploy', 'secrets.makesKey'],
  ]);
  holds('high', [
    ['gpg -d a.gpg', 'secrets.uses'],
    ['gpg --sign a.txt', 'secrets.uses'],
    ['gpg --recv-keys 0xABC', 'secrets.changes'],
    ['ssh-add', 'secrets.uses'],
    ['ssh-keygen', 'secrets.changes'],
    ['openssl s_client -connect example.com:443', 'network.reach'],
    ['openssl dgst -engine ./x.so a', 'secrets.loadsLibrary'],
    ['age -d -i key.txt a.age', 'secrets.uses'],
  ]);
  holds('critical', [
    ['gpg --export-secret-keys', 'secrets.reveals'],
    ['gpg --export-secret-k', 'secrets.reveals'],
    ['gpg --batch --yes --delete-secret-keys x', 'secrets.deletes'],
    ['ssh-keygen -y -f ~/.ssh/id_rsa', 'read.keyMaterial'],
    ['ssh-keygen -D ./x.so', 'secrets.loadsLibrary'],
    ['pass show mail', 'secrets.reveals'],
    ['secret-tool lookup a b', 'secrets.reveals'],
    ['security find-generic-password -s x -w', 'secrets.reveals'],
    ['openssl rsa -in ~/.ssh/id_rsa', 'read.keyMaterial'],
    ['openssl enc -in /etc/shadow', 'read.keyMaterial'],
    ['update-ca-certificates', 'secrets.trust'],
  ]);
});
