import type { Claim } from '../../claim.ts';
import { note } from '../../shell/spec.ts';
import type { Cmdlet, Cmdlets } from '../bind.ts';
import { lookUpClaims } from '../ended.ts';
import { each, parameters } from './parts.ts';

const high = (category: Parameters<typeof note>[1], code: string): Cmdlet => ({
  notes: [note('high', category, code)],
});

const ends: Cmdlet = {
  parameters: { ...parameters('ignore', 'name id processname inputobject'), ...parameters('switch', 'force passthru') },
  positions: ['id'],
  piped: 'inputobject',
  inspect: ({ values }): Claim[] => lookUpClaims(values('name', 'processname'), values('id', 'inputobject')),
};

/** Processes, services, settings and everything else of this computer. */
export const system: Cmdlets = {
  'get-process': {
    parameters: {
      ...parameters('ignore', 'name id computername'),
      ...parameters('switch', 'includeusername module fileversioninfo'),
    },
    positions: ['name'],
  },
  ...each('get-service get-computerinfo get-hotfix get-counter', {
    parameters: parameters('ignore', 'name displayname property counter id'),
    positions: ['name'],
  }),
  ...each('get-ciminstance get-wmiobject get-winevent get-eventlog', {
    notes: [note('medium', 'read', 'powershell.systemRead')],
  }),
  'stop-process': ends,
  'wait-process': { parameters: parameters('ignore', 'name id timeout'), positions: ['name'] },
  'debug-process': high('credential-access', 'process.debug'),
  ...each(
    'stop-service start-service restart-service set-service suspend-service resume-service',
    high('process-control', 'system.service'),
  ),
  ...each('new-service remove-service', high('persistence', 'system.service')),
  ...each(
    'register-scheduledtask set-scheduledtask new-scheduledtask register-scheduledjob start-scheduledtask enable-scheduledtask register-engineevent register-objectevent register-wmievent register-cimindicationevent',
    high('persistence', 'system.startsLater'),
  ),
  ...each(
    'unregister-scheduledtask disable-scheduledtask unregister-scheduledjob',
    high('tampering', 'system.startsLater'),
  ),
  ...each(
    'new-scheduledtaskaction new-scheduledtasktrigger new-scheduledtasksettingsset new-scheduledtaskprincipal',
    high('persistence', 'system.startsLater'),
  ),
  ...each('stop-computer restart-computer', { notes: [note('critical', 'process-control', 'system.stops')] }),
  ...each(
    'rename-computer add-computer remove-computer set-timezone set-culture checkpoint-computer restore-computer enable-computerrestore enable-windowsoptionalfeature disable-windowsoptionalfeature set-winsystemlocale',
    high('privilege', 'system.settings'),
  ),
  'set-date': high('tampering', 'system.clock'),
  'set-executionpolicy': high('persistence', 'powershell.executionPolicy'),
  'get-executionpolicy': { parameters: { ...parameters('switch', 'list'), ...parameters('ignore', 'scope') } },
  ...each(
    'new-localuser set-localuser remove-localuser enable-localuser disable-localuser new-localgroup add-localgroupmember remove-localgroupmember remove-localgroup',
    high('privilege', 'system.accounts'),
  ),
  ...each('set-mppreference add-mppreference remove-mppreference', {
    notes: [note('critical', 'tampering', 'system.defences')],
  }),
  ...each(
    'new-netfirewallrule set-netfirewallrule remove-netfirewallrule disable-netfirewallrule enable-netfirewallrule set-netfirewallprofile set-dnsclientserveraddress new-netipaddress set-netipaddress remove-netipaddress disable-netadapter enable-netadapter',
    high('privilege', 'system.network'),
  ),
  ...each('clear-eventlog remove-eventlog limit-eventlog wevtutil', high('tampering', 'system.logs')),
  'clear-history': { notes: [note('medium', 'tampering', 'shell.history')] },
  ...each('start-transcript stop-transcript set-psreadlineoption', {
    notes: [note('medium', 'tampering', 'shell.history')],
  }),
  ...each(
    'format-volume clear-disk initialize-disk remove-partition set-disk set-partition resize-partition new-partition set-volume repair-volume optimize-volume dismount-diskimage mount-diskimage',
    { notes: [note('critical', 'deletion', 'disks.format')] },
  ),
  ...each('vssadmin delete-shadowcopy remove-wmiobject remove-ciminstance', high('deletion', 'system.backups')),
  ...each(
    'invoke-wmimethod invoke-cimmethod set-wmiinstance set-ciminstance new-ciminstance',
    high('sandbox-escape', 'powershell.wmi'),
  ),
  ...each('get-clipboard set-clipboard', { notes: [note('medium', 'sandbox-escape', 'desktop.clipboard')] }),
  ...each('invoke-item out-gridview show-command out-printer', high('sandbox-escape', 'desktop.opens')),
  ...each('get-credential unlock-secretvault register-secretvault', high('credential-access', 'secrets.reveals')),
  ...each(
    'convertfrom-securestring get-secret get-storedcredential export-pfxcertificate export-certificate unprotect-cmsmessage',
    high('credential-access', 'secrets.reveals'),
  ),
  ...each('convertto-securestring', { notes: [note('medium', 'secret', 'secrets.uses')] }),
  ...each(
    'import-certificate import-pfxcertificate set-secret remove-secret new-selfsignedcertificate',
    high('credential-access', 'secrets.changes'),
  ),
};
