/** Why a command about infrastructure is more than low: one line for a developer. */
export const infrastructureCodes = {
  'infrastructure.applies': 'It changes real infrastructure.',
  'infrastructure.becomes': 'It works as root on the other machines.',
  'infrastructure.console': 'It evaluates expressions against the infrastructure’s state.',
  'infrastructure.destroys': 'It destroys real infrastructure.',
  'infrastructure.installs': 'It downloads providers or plug-ins, which are programs.',
  'infrastructure.plans': 'It asks the cloud what would change, with your credentials.',
  'infrastructure.plays': 'It runs tasks on other machines, or on this one as root.',
  'infrastructure.readsState': 'It reads the infrastructure’s state, which may hold secrets.',
  'infrastructure.state': 'It changes what the tool believes to exist, which can lead to later destruction.',
  'infrastructure.tests': 'It creates real infrastructure to test with.',
  'infrastructure.unlocks': 'It breaks a lock that keeps two people from changing the same infrastructure.',
  'infrastructure.unseen': 'It changes real infrastructure without showing the plan to anybody.',
} as const;

/** Databases and their migrations. Words in braces come from the args. */
export const databaseCodes = {
  'database.changes': 'It changes data in a database, which no checkpoint holds.',
  'database.destroys': 'It deletes tables or all their rows.',
  'database.destroysAll': 'It deletes a whole database or schema.',
  'database.dumps': 'It copies the data out of a database.',
  'database.grants': 'It changes who may do what in a database, or its settings.',
  'database.interactive': 'It opens a session with a database.',
  'database.loadsCode': 'It loads a plug-in into the database client.',
  'database.migrates': 'It migrates a database.',
  'database.otherVerb': 'It is a command of the database tool that we do not know.',
  'database.production': 'It is told to work on production.',
  'database.projectCode': 'It runs code against the project’s database.',
  'database.reads': 'It reads from a database.',
  'database.reset': 'It empties or recreates a database; its data is lost.',
  'database.restores': 'It writes a dump into a database.',
  'database.rewritesAll': 'It changes every row of a table.',
  'database.runsProgram': 'It lets the database or its client run a program, or read and write files.',
  'database.scriptFile': 'It runs the statements in {path}.',
  'database.server': 'It starts, stops or changes a database server.',
  'database.unreadText': 'What it tells the database is not shown, or could not be read.',
} as const;
