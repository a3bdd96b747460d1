import type { Claim } from '../claim.ts';
import type { Word } from './word.ts';

/**
 * Names of variables that say where a program puts its results, caches, logs or temporary files. One plain word, such as
 * `OUT`, is more likely the shell's own.
 */
const outputs =
  /^\w+_(OUTPUT|OUT|REPORTS?|RESULTS?|ARTIFACTS?|CACHE|TE?MP|COVER|COVERAGE|TARGET|DUMP|DEST|STATE|RUNTIME|REDIRECT|TRACE|PROFILE|PROF|SNAPSHOTS?|HISTORY|SAVE|RECORD)(_?(FILE|FILENAME|FILEPATH|DIR|DIRECTORY|FOLDER|PATH|HOME|ROOT|NAME|PREFIX|WARNINGS|DESTINATION|STDOUT|STDERR|JSON|XML))*$|^(COVERAGE_FILE|TMP|TEMP|GO(TMPDIR|CACHE|MODCACHE|BIN|COVERDIR)|TMPDIR|HISTFILE|PYTHON(PYCACHEPREFIX|DUMPREFSFILE)|NODE_(V8_COVERAGE|COMPILE_CACHE|REDIRECT_WARNINGS|REPL_HISTORY)|GIT_REDIRECT_STD(OUT|ERR)|XDG_\w+_HOME|LLVM_PROFILE_FILE|GCOV_PREFIX|\w*SAN_LOG_PATH|MALLOC_CONF_PATH|SSLKEYLOGFILE|MPLCONFIGDIR|NUMBA_CACHE_DIR|\w+_OUTPUT_(FILE|DIR)\w*|\w*(CACHE|TMP|TEMP|LOG|REPORT|RESULTS?|OUTPUT|OUT|BUILD|DIST|COVERAGE|ARTIFACTS?|DUMP|TRACE)(DIR|_DIR|FILE|_FILE|_PATH|FOLDER|_FOLDER|_FILENAME))$/;

/** Whether a variable says where results, caches or logs go. */
export function isOutput(name: string): boolean {
  return outputs.test(name);
}

/** Names that are addresses or parts of them. */
const addresses = /(URL|URI|ROUTE|ENDPOINT|HOST|ORIGIN|PUBLIC_PATH|BASE_PATH)$/;

/** A variable by which a program is told where to write; or any, where its value lies in a place that is asked about. */
export function outputClaims(name: string, value: Word): Claim[] {
  const { text } = value;
  if (text === null || addresses.test(name) || /^[a-z][a-z0-9+.-]*:/i.test(text) || !/[/.~]/.test(text)) return [];
  if (outputs.test(name)) {
    // A file, or a folder in which the program chooses the names; what lies in a temporary folder asks nobody.
    const file = /[^/]\.\w+$/.test(text) || /^\/(tmp|var\/tmp|dev\/shm)(\/|$)/.test(text);
    return [{ does: 'write', path: value, ...(file ? {} : { somewhere: true }) }];
  }
  // Named for something else: only what lies in the tools' own folders counts.
  return /^(\.\/)?([^/~]+\/)*\.(?!env\b|\.)[a-z][\w-]*(\/|$)/i.test(text) && !/^\.[\w-]+$/.test(text)
    ? [{ does: 'write', path: value, somewhere: true }]
    : [];
}
