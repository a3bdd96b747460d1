import { claimed, note, type ProgramTable, type Spec } from '../spec.ts';
import { harmless, named, taking } from './parts.ts';

const formats: Spec = { operands: 'write', notes: [note('critical', 'deletion', 'disks.format')] };
const looks = note('low', 'read', 'disks.look');

/** Tools that format unless they are asked to list. */
const lists = (flags: readonly string[], subcommands: readonly string[] = []): Spec => ({
  inspect: call => {
    const first = call.operands.find(operand => !operand.prefix.startsWith('/'))?.text ?? '';
    const looking = call.has(...flags, '--help', '--version') || subcommands.includes(first);
    return [claimed(looking ? looks : note('critical', 'deletion', 'disks.format'))];
  },
});

const attaches = note('high', 'privilege', 'disks.mount');

/** Disks and file systems as a whole. */
export const disks: ProgramTable = {
  ...named(
    'mkfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.fat mkfs.ntfs mkfs.exfat mkfs.f2fs mke2fs mkntfs mkdosfs mkswap newfs newfs_apfs newfs_hfs wipefs blkdiscard hdparm nvme badblocks debugfs tune2fs resize2fs e2fsck xfs_repair ntfsfix zpool zfs pvremove vgremove lvremove lvreduce pvcreate vgcreate lvcreate format',
    formats,
  ),
  ...named('fdisk sfdisk gdisk sgdisk cfdisk', lists(['-l', '--list', '-p', '--print', '-d', '--dump', '-s'])),
  parted: lists(['-l', '--list'], ['print']),
  cryptsetup: lists([], ['status', 'isLuks', 'luksDump']),
  mdadm: lists(['--detail', '-D', '--examine', '-E', '--query', '-Q']),
  dmsetup: lists([], ['ls', 'info', 'status', 'table', 'deps']),
  diskutil: lists([], ['list', 'info', 'activity']),
  lvm: lists([], ['lvs', 'pvs', 'vgs', 'lvdisplay', 'pvdisplay', 'vgdisplay']),
  ...named('fsck fsck.ext4', lists(['-N', '-n'])),
  ...named('blkid lsblk findmnt lvs pvs vgs lvdisplay pvdisplay vgdisplay mountpoint lsusb lspci', harmless),
  mount: {
    flags: taking('ignore', '-t -o -L -U --types --options --source --target'),
    inspect: call =>
      call.operands.length > 0 || call.has('-a', '--all', '-o', '--options') ? [claimed(attaches)] : [],
  },
  ...named('umount fusermount fusermount3 losetup hdiutil mount.nfs mount.cifs kpartx partprobe mount_smbfs', {
    notes: [attaches],
  }),
  ...named('swapon swapoff', {
    inspect: call => (call.has('-s', '--show', '--summary') ? [] : [claimed(note('high', 'privilege', 'disks.swap'))]),
  }),
};
