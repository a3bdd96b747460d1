import { holds } from '../holds.ts';

describe('The shell of sqlite', () => {
  holds('low', [
    "sqlite3 a.db 'select 1'",
    "sqlite3 a.db '.tables' '.schema users'",
    "sqlite3 -readonly a.db '.dump'",
    "sqlite3 'file:a.db?mode=ro' 'select 1'",
    "sqlite3 a.db '.mode csv' '.output out.csv' 'select * from t'",
    "sqlite3 a.db '.import data.csv t'",
    "sqlite3 a.db '.cd data' '.output x.csv' 'select 1'",
    'sqlite3 -A -tf a.sqlar',
    'sqlite3 -A -xf a.sqlar',
    "printf '.headers on\\nselect 1;' | sqlite3 a.db",
    "sqlite3 a.db <<'EOF'\n.mode box\nselect * from users;\nEOF",
  ]);
  holds('high', [
    ["sqlite3 a.db '.cd ..' '.output x' 'select 1'", 'write.outside'],
    ["sqlite3 a.db '.cd .git' '.output hooks/pre-commit' 'select 1'", 'path.gitFolder'],
    ["sqlite3 a.db -cmd '.cd ..' '.once x'", 'write.outside'],
    ["sqlite3 a.db '.trace /home/ann/x'", 'write.outside'],
    ["sqlite3 a.db '.log .vscode/tasks.json'", 'path.editor'],
    ["sqlite3 a.db '.ou .git/hooks/pre-commit' 'select 1'", 'path.gitFolder'],
    ["sqlite3 'file:../x.db?mode=rwc' 'select 1'", 'write.outside'],
    ["sqlite3 'file:///home/ann/x.db?mode=rw' 'select 1'", 'write.outside'],
    ["sqlite3 'file:%2e%2e/x.db?mode=rwc' 'select 1'", 'write.outside'],
    ['sqlite3 a.db "attach \'file:../x.db\' as b"', 'write.outside'],
    ['sqlite3 -A -xf a.sqlar -C ..', 'write.outside'],
    ['sqlite3 -A -xf a.sqlar .vscode/tasks.json', 'path.editor'],
    ["sqlite3 a.db '.ar -x -f a.sqlar -C ..'", 'write.outside'],
    ["printf '.output ../x\\nselect 1;\\n' | sqlite3 a.db", 'write.outside'],
  ]);
  holds('critical', [
    ["sqlite3 a.db \"select writefile('.git/hooks/pre-commit', 'x')\"", 'path.gitFolder'],
    ['sqlite3 a.db "select readfile(\'.env\')"', 'read.secret'],
    ["sqlite3 a.db '.once |cmd'", 'database.runsProgram'],
    ["sqlite3 a.db '.output | sh -c id'", 'database.runsProgram'],
    ['sqlite3 a.db ".import \'|cmd\' t"', 'database.runsProgram'],
    ['sqlite3 a.db \'.import "|curl x" t\'', 'database.runsProgram'],
    ['sqlite3 a.db ".read \'|cmd\'"', 'database.runsProgram'],
    ["sqlite3 a.db '.sh id'", 'database.runsProgram'],
    ["sqlite3 a.db '.load ./evil'", 'database.runsProgram'],
    ["sqlite3 a.db '.excel' 'select 1'", 'database.runsProgram'],
    ['sqlite3 a.db "select load_extension(\'./x\')"', 'database.runsProgram'],
    ["sqlite3 a.db \"select edit('x', 'vi')\"", 'database.runsProgram'],
    ["sqlite3 a.db <<'EOF'\nselect 1;\n.shell id\nEOF", 'database.runsProgram'],
    ["printf '.once |sh\\nselect 1;\\n' | sqlite3 a.db", 'database.runsProgram'],
  ]);
});
