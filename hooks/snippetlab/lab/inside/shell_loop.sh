# The shell of a scenario: runs each command that arrives on fd 10, reports its exit code on fd 11.
# fd 12 is the terminal of commands that want one. Commands see none of the three.
__snippetlab_status=0
__snippetlab_restore() { return "$__snippetlab_status"; }
while IFS= read -r -d '' __snippetlab_mode <&10 && IFS= read -r -d '' __snippetlab_command <&10; do
  __snippetlab_restore
  if [[ $__snippetlab_mode == tty ]]; then
    # `[[` has changed $?, and a reader may ask for it.
    __snippetlab_restore
    eval "$__snippetlab_command" <&12 >&12 2>&12 10<&- 11>&- 12>&-
  else
    __snippetlab_restore
    eval "$__snippetlab_command" </dev/null 10<&- 11>&- 12>&-
  fi
  __snippetlab_status=$?
  printf '%d\0' "$__snippetlab_status" >&11
done
