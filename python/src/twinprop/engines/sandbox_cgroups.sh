# A cgroup for what sandbox.sh runs, where one may make it; part of that file, which says what its
# variables are.
# shellcheck shell=sh disable=SC2154

# Sets `memory_group` and `task_group`: beside this process' own for cgroups of version 2, below it
# for version 1.
name_cgroups() {
  memory_group='' task_group=''
  [ -r /proc/self/cgroup ] || return
  while IFS=: read -r _ kinds place; do
    case ,$kinds, in
    ,,) group=/sys/fs/cgroup${place%/*}/${folder##*/} ;;
    *) group=/sys/fs/cgroup/$kinds${place%/}/${folder##*/} ;;
    esac
    case ,$kinds, in ,, | *,memory,*) memory_group=${memory_group:-$group} ;; esac
    case ,$kinds, in ,, | *,pids,*) task_group=${task_group:-$group} ;; esac
  done </proc/self/cgroup
}

set_limit() { [ ! -e "$1" ] || { echo "$2" >"$1"; }; }

enter_cgroups() {
  name_cgroups
  for group in "$memory_group" "$task_group"; do
    [ -d "$group" ] || mkdir "$group" || continue
    set_limit "$group/memory.max" "${memory}M"
    set_limit "$group/memory.swap.max" 0
    set_limit "$group/memory.limit_in_bytes" "${memory}M"
    set_limit "$group/pids.max" "$((tasks + 5))"
    set_limit "$group/cgroup.procs" "$$"
  done
} 2>/dev/null

ran_out_of_memory() { # for version 2 and 1
  grep -qs '^oom_kill [1-9]' "$memory_group/memory.events" "$memory_group/memory.oom_control"
}

leave_cgroups() {
  if ran_out_of_memory; then set_reason memory; fi
  for group in "$memory_group" "$task_group"; do
    for _ in 0 1 2 3 4 5 6 7 8 9; do
      [ -d "$group" ] && ! rmdir "$group" || break
      sleep 0.1
    done
  done
} 2>/dev/null
