/**
 * What may stand in a compose file and is not read, with the reason. A key is never skipped in silence: it may be one
 * that a person believes to matter.
 */

const limits = 'what a node may use of the machine is a fault here: leave it out';
const byRun = 'the run gives names and addresses itself, so that several runs can stand side by side';
const kernel = 'it would change the machine, or what faults rely on';
const swarm = 'it is for Docker Swarm, and a run starts each service once';

/** Of a service. */
export const refusedServiceKeys: Readonly<Record<string, string>> = {
  annotations: 'nothing here reads them',
  attach: 'the logs of every node are kept in the run directory',
  blkio_config: limits,
  cap_drop: 'only cap_add is understood',
  cgroup: kernel,
  cgroup_parent: kernel,
  configs: 'mount the file with volumes instead',
  container_name: byRun,
  cpu_count: limits,
  cpu_percent: limits,
  cpu_period: limits,
  cpu_quota: limits,
  cpu_shares: limits,
  cpus: limits,
  cpuset: limits,
  deploy: swarm,
  develop: 'a run never watches sources',
  device_cgroup_rules: kernel,
  devices: kernel,
  dns: 'services find each other by their names; nothing else is looked up',
  dns_opt: 'services find each other by their names; nothing else is looked up',
  dns_search: 'services find each other by their names; nothing else is looked up',
  domainname: byRun,
  extends: 'write the keys out, or merge them with an anchor (<<)',
  external_links: byRun,
  extra_hosts: byRun,
  gpus: kernel,
  group_add: 'it is not in the subset',
  ipc: kernel,
  isolation: kernel,
  labels: 'labels are how a run finds what it has to clean up',
  links: 'services find each other by their names; for other names give aliases in networks',
  logging: 'the logs of every node are kept in the run directory',
  mac_address: byRun,
  mem_limit: limits,
  mem_reservation: limits,
  mem_swappiness: limits,
  memswap_limit: limits,
  oom_kill_disable: limits,
  oom_score_adj: limits,
  pid: kernel,
  pids_limit: limits,
  platform: 'images are taken for the platform of the machine',
  profiles: 'every service of the file is started: take those out that are not needed',
  pull_policy: 'an image is pulled when it is not there',
  read_only: 'the holder of a node writes the files that it is given',
  restart: 'a node that was killed must stay dead until the fault ends',
  runtime: kernel,
  scale: 'write each node as a service of its own, with a name of its own',
  secrets: 'mount the file with volumes instead',
  security_opt: kernel,
  shm_size: 'mount a tmpfs on /dev/shm instead',
  stdin_open: 'nobody is there to type',
  stop_grace_period: 'nodes are killed; a fault that terminates has a grace of its own',
  stop_signal: 'nodes are killed; a fault that terminates sends SIGTERM',
  storage_opt: kernel,
  sysctls: kernel,
  tty: 'nobody is there to type',
  userns_mode: kernel,
  uts: kernel,
  volumes_from: 'name the volume in both services',
};

/** At the top of the file. */
export const refusedTopKeys: Readonly<Record<string, string>> = {
  configs: 'mount the file with volumes instead',
  include: 'write one file, or merge by anchors (<<)',
  models: 'it is not in the subset',
  secrets: 'mount the file with volumes instead',
};

export const whyNotPrivileged =
  'a privileged container can change the host itself, and the rules by which its node is cut off';
export const whyNotHostNetwork =
  "on the host's network a node has no address of its own: to cut it off would cut off the machine";
export const whyNotNetworkMode = 'a node joins the network of its own holder, which owns its address and its rules';
