/** Why reading a page of the web is more than low: one line for a developer. Words in braces come from the args. */
export const fetchCodes = {
  'fetch.address': 'This is no address of a page that can be read without a password: {url}',
  'fetch.data':
    'The address itself takes data to {host}: its {where} is {chars} characters long and reads like data, not like the name of a page.',
  'fetch.dropHost': '{host} is often used to receive stolen data.',
  'fetch.number': 'It names a machine by its number ({host}), so nobody can tell whose it is.',
  'fetch.plain': 'The page comes unencrypted, so that anybody on the way can read and change it.',
  'fetch.port': 'It asks {host} at the unusual port {port}.',
  'fetch.private': '{host} is this machine or a private network. Pages are read from the public web alone.',
  'fetch.secret': 'The address holds what looks like a secret, which {host} would be given.',
  'fetch.trusted': 'It asks {host} for a page. You trust that host.',
  'fetch.untrusted': 'It asks {host} for a page. That host is not among those that you trust.',
} as const;
