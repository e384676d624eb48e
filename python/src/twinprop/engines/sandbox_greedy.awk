# Says "memory" or "processes" where all that descends from process `root` uses more than its limit
# of them, `memory` in KB. What processes share is counted once, by Pss, which takes longer to read.
#   awk -v root=N -v memory=N -v processes=N -f sandbox_greedy.awk /proc/[0-9]*

function read_field(pid, file, name,   path, line, part, value) {
  path = "/proc/" pid "/" file
  while ((getline line < path) > 0)
    if (index(line, name) == 1) { split(line, part); value = part[2]; break }
  close(path)
  return value
}
# One that has ended meanwhile has neither.
function shared_out(pid,   kilobytes) {
  kilobytes = read_field(pid, "smaps_rollup", "Pss:")
  return kilobytes != "" ? kilobytes : read_field(pid, "status", "VmRSS:")
}
BEGIN {
  for (i = 1; i < ARGC; i++) {
    split(ARGV[i], part, "/"); pid = part[3]; name = ARGV[i] "/status"
    while ((getline line < name) > 0) {
      if (line ~ /^PPid:/) { split(line, part); parent[pid] = part[2] }
      if (line ~ /^VmRSS:/) { split(line, part); rss[pid] = part[2]; break }
    }
    close(name)
  }
  for (pid in parent) {
    above = pid
    for (steps = 0; above != root && above in parent && steps < 100000; steps++)
      above = parent[above]
    if (above == root) { inside[pid]; number++; total += rss[pid] }
  }
  if (number > processes + 5) { print "processes"; exit } # those of the wall and of this file
  if (total <= memory) exit
  total = 0
  for (pid in inside) total += shared_out(pid)
  if (total > memory) print "memory"
}
