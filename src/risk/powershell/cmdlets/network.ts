import type { Claim } from '../../claim.ts';
import { hostOfWord } from '../../hosts.ts';
import { claimed, note } from '../../shell/spec.ts';
import type { Bound, Cmdlet, Cmdlets } from '../bind.ts';
import { unknown } from '../word.ts';
import { each, parameters } from './parts.ts';

const request: Cmdlet = {
  parameters: {
    ...parameters(
      'ignore',
      'uri method body form headers contenttype useragent credential token authentication websession sessionvariable timeoutsec connectiontimeoutseconds operationtimeoutseconds maximumredirection maximumretrycount retryintervalsec custommethod transferencoding certificate certificatethumbprint proxy proxycredential responseheadersvariable statuscodevariable sslprotocol httpversion maximumfollowrellink unixsocket',
    ),
    ...parameters('write', 'outfile'),
    ...parameters('read', 'infile'),
    ...parameters(
      'switch',
      'usebasicparsing passthru resume skipcertificatecheck skiphttperrorcheck skipheadervalidation disablekeepalive usedefaultcredentials allowunencryptedauthentication noproxy followrellink preserveauthorizationonredirect preservehttpmethodonredirect allowinsecureredirect',
    ),
  },
  positions: ['uri'],
  inspect: requests,
};

function requests({ has, values }: Bound): Claim[] {
  const [uri = unknown('?')] = values('uri');
  const method = values('method', 'custommethod');
  const sends = has('body', 'form', 'infile') || method.some(word => !/^(get|head|options)$/i.test(word.text ?? '?'));
  const unusual = has('proxy', 'unixsocket') ? [claimed(note('high', 'unusual-network', 'network.proxy'))] : [];
  const identity = has('usedefaultcredentials', 'certificate', 'certificatethumbprint')
    ? [claimed(note('high', 'credential-access', 'network.storedPassword'))]
    : [];
  const net: Claim = { does: 'net', host: hostOfWord(uri), send: sends };
  return [net, ...unusual, ...identity];
}

const remote: Cmdlet = {
  parameters: parameters(
    'ignore',
    'computername scriptblock filepath session argumentlist hostname username credential vmname containerid port configurationname name',
  ),
  positions: ['computername'],
  inspect: ({ values }) => [
    claimed(note('high', 'external-service', 'powershell.remote')),
    ...values('computername', 'hostname').map((word): Claim => ({ does: 'net', host: word.text, send: true })),
  ],
};

/** What goes out of this computer. */
export const network: Cmdlets = {
  ...each('invoke-webrequest invoke-restmethod', request),
  'start-bitstransfer': {
    parameters: {
      ...parameters('ignore', 'source description displayname priority transfertype credential proxyusage'),
      ...parameters('write', 'destination'),
      ...parameters('switch', 'asynchronous'),
    },
    positions: ['source', 'destination'],
    inspect: ({ values }) => {
      const [source = unknown('?')] = values('source');
      const upload = values('transfertype').some(word => !/^download$/i.test(word.text ?? '?'));
      return [{ does: 'net', host: upload ? null : hostOfWord(source), send: upload }];
    },
  },
  'send-mailmessage': { inspect: () => [{ does: 'net', host: null, send: true }] },
  ...each('test-connection test-netconnection resolve-dnsname', {
    parameters: {
      ...parameters('ignore', 'targetname computername name count port tcpport type server delay timeoutseconds'),
      ...parameters('switch', 'quiet ping traceroute detailed repeat ipv4 ipv6'),
    },
    positions: ['computername'],
    inspect: ({ values }) =>
      values('computername', 'targetname', 'name').map(word => ({ does: 'net', host: word.text, send: false })),
  }),
  ...each('invoke-command enter-pssession new-pssession connect-pssession receive-pssession new-cimsession', {
    ...remote,
    inspect: bound => {
      // A block alone, `Invoke-Command { … }`, runs here.
      const named = bound.values('computername').some(word => !word.raw.startsWith('{'));
      const far = named || bound.has('hostname', 'session', 'vmname', 'containerid') || bound.name !== 'invoke-command';
      return far ? (remote.inspect?.(bound) ?? []) : [];
    },
  }),
  ...each(
    'enable-psremoting disable-psremoting enable-pssessionconfiguration register-pssessionconfiguration set-pssessionconfiguration set-wsmanquickconfig set-wsmaninstance enable-wsmancredssp',
    { notes: [note('high', 'privilege', 'system.network')] },
  ),
  ...each('get-pssession exit-pssession remove-pssession', {}),
  ...each(
    'install-module install-script install-package install-psresource install-packageprovider update-module update-script update-psresource save-module save-script save-package save-psresource update-help save-help',
    {
      notes: [note('high', 'dependency', 'tool.installed')],
      inspect: () => [{ does: 'net', host: 'www.powershellgallery.com', send: false }],
    },
  ),
  ...each('uninstall-module uninstall-script uninstall-package uninstall-psresource', {
    notes: [note('high', 'dependency', 'tool.removed')],
  }),
  ...each(
    'register-psrepository set-psrepository unregister-psrepository register-packagesource set-packagesource register-psresourcerepository set-psresourcerepository',
    { notes: [note('high', 'dependency', 'powershell.repository')] },
  ),
  ...each('publish-module publish-script publish-psresource', {
    notes: [note('high', 'publish', 'interpreter.publishes')],
  }),
  ...each('find-module find-script find-package find-psresource', {
    inspect: () => [{ does: 'net', host: 'www.powershellgallery.com', send: false }],
  }),
};
