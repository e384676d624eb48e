# Says "memory" or "processes" where all that descends from process `root` uses more than its limit
# of them, `memory` in KB. What processes share is counted once, by Pss, which takes longer to read.
#   awk -v root=N -v memory=N -v processes=N -f sandbox_greedy.awk /proc/[0-9]*

function shared_out(pid, rss,   name, line, part) {
  name = "/proc/" pid "/smaps_rollup"
  while ((getline line < name) > 0)
    if (line ~ /^Pss:/) { split(line, part); rss = part[2]; break }
  close(name)
  return rss
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
  for (pid in inside) total += shared_out(pid, rss[pid])
  if (total > memory) print "memory"
}
