# Runs inside the sandbox as its first process. Standard input: index NUL text NUL, again and again. Descriptor 3: the log, of
# records whose fields end in NUL: index, "ran", folder, number of words, words; or index, "done".
exec 200>&3 3>&-
ulimit -t 5 -v 400000 -u 300 -f 2000 -n 256 2>/dev/null
command_not_found_handle() {
  # PWD may have been assigned to.
  builtin cd -P .
  # printf writes line by line, and other writers would come between: newlines go as another character.
  builtin printf '%s\0' "$__fuzz" ran "$PWD" "$#" "${@//$'\n'/$'\001'}" >&200
  # Neither always true nor always false, so that loops end and both branches are taken.
  return "$(( (BASHPID * 40503 + __fuzz * 7) >> 4 & 1 ))"
}
export -f command_not_found_handle
export PATH=/nothing/here HOME=/home/ann FUNCNEST=20 LC_ALL=C.UTF-8
unset OLDPWD SHLVL
# The host asks for it when an input hangs. As the first process we outlive it.
trap 'kill -9 -1' USR1
cd /work/app
while IFS= read -r -d '' index && IFS= read -r -d '' input; do
  __fuzz=$index /bin/bash --norc --noprofile -c "$input" </dev/null >/dev/null 2>&1 &
  child=$!
  while kill -0 "$child" 2>/dev/null; do wait "$child"; done
  printf '%s\0' "$index" done >&200
done 2>/dev/null
