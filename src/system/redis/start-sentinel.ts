/**
 * The script that starts a sentinel, for `sh`. It is given to the container as a file, so that an image which is none of
 * ours can run it.
 *
 * A sentinel looks for replicas when it starts and then every ten seconds. So the first time it waits until the primary
 * has all of them. Later its own file says what it knows (`sentinel myid`), and the primary may be another: no waiting.
 *
 * Its arguments: the sentinel's file, the address of the first primary, its port, the number of replicas.
 */
export const startSentinel = `set -eu
file=$1 primary=$2 port=$3 replicas=$4
if ! grep -q '^sentinel myid' "$file"; then
  attempts=0
  until timeout 1 redis-cli -h "$primary" -p "$port" info replication 2>&1 | grep -q "^connected_slaves:$replicas"; do
    attempts=$((attempts + 1))
    if [ "$attempts" -ge 100 ]; then
      echo "start-sentinel: $primary has not got $replicas replicas; starting all the same" >&2
      break
    fi
    sleep 0.1
  done
fi
exec redis-sentinel "$file"
`;
