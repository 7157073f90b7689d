/**
 * What a node in Docker is made of, as a system describes it: an image, how it is started, and where its data is.
 *
 * A node is a *pod*: a holder, which owns the network (address, name, rules), and the system's own container, which joins
 * it. The holder outlives the system's process, so a kill keeps the address and the rules, and the system's image needs
 * neither tools nor privileges.
 */
import type { NodeName } from '../../base/names.ts';

/** An image: built from a folder of ours or of the user's when it is not there, or pulled. */
export interface ImageSpec {
  /** `etcd:3.4`, or `quay.io/coreos/etcd:v3.5.17`. An image that is built is tagged `ordeal/<name>:<digest of its folder>`. */
  readonly name: string;
  /** A folder with a Dockerfile. Left out: the image is taken as it is, and pulled when it is not there. */
  readonly build?: {
    readonly directory: string;
    /** @default Dockerfile */
    readonly dockerfile?: string;
    readonly target?: string;
    readonly arguments?: Readonly<Record<string, string>>;
  };
}

/** One container of a pod. */
export interface ContainerSpec {
  readonly image: ImageSpec;
  /** @default that of the image */
  readonly entrypoint?: readonly string[];
  /** @default that of the image */
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Text files that are there before the first start, by absolute path. The system may rewrite them; a restart keeps that. */
  readonly files?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingDirectory?: string;
  /** A small init process reaps what the main process leaves behind. SIGSTOP then stops only the init. @default false */
  readonly init?: boolean;
  readonly capAdd?: readonly string[];
  /** By absolute path: options of the tmpfs, as in `size=64m`. */
  readonly tmpfs?: Readonly<Record<string, string>>;
  /**
   * Binds (`/host/path:/path:ro`) and named volumes (`name:/path`). A named volume is the run's own: made for it, shared
   * by the containers that name it, and removed with it.
   */
  readonly volumes?: readonly string[];
  readonly ulimits?: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  /** What it calls itself. Of a pod the holder takes it, since that owns the name. @default its name in the cluster */
  readonly hostname?: string;
  /** Further names under which the others find it, beside its own. */
  readonly aliases?: readonly string[];
  /**
   * What is waited for before it is started for the first time: nodes and support, by name. Never a circle. A restart
   * after a fault waits for nobody.
   */
  readonly dependsOn?: Readonly<Record<string, DependencyCondition>>;
}

/**
 * As in a compose file: its process runs; its health check passed (it has one); it ended, and with code 0. Who waits for
 * `completed` of a node waits for ever, so nobody should.
 */
export type DependencyCondition = 'started' | 'healthy' | 'completed';

/** A node. */
export interface PodSpec extends ContainerSpec {
  /** Ports that clients use (TCP). Published on loopback where the host cannot reach the container's own address. */
  readonly ports: readonly number[];
  /**
   * The folder of its data, kept on a volume of its own that survives kills and is not the disk of the machine: so it
   * can be filled and wiped. Left out: those faults are not available.
   */
  readonly data?: { readonly path: string /** @default 256 MiB */; readonly sizeBytes?: number };
  /**
   * The image has libfaketime here; the wall clock of the node can then be set. Left out: the fault `clock` is not
   * available.
   */
  readonly faketimeLibrary?: string;
  /** Further containers of the same node: the same network and address, but spared by kill and pause. */
  readonly beside?: Readonly<Record<string, ContainerSpec>>;
  /** For those who depend on this node being healthy; a node is ready when `ready` of its description says so. */
  readonly healthy?: HealthCheck;
}

/** Containers that are needed and never harmed: by name, which is also how the nodes reach them. */
export type SupportSpec = Readonly<Record<string, ContainerSpec & { readonly healthy?: HealthCheck }>>;

/** As in a compose file. */
export interface HealthCheck {
  /** `CMD` and words, or `CMD-SHELL` and one line for the container's shell. */
  readonly test: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly startPeriodMs: number;
  readonly retries: number;
}

/** Where a node is, known before it starts. */
export interface NodeAddress {
  readonly name: NodeName;
  /** In the run's own subnet. Clients use this one. */
  readonly address: string;
  /** What the members tell each other: the address in the overlay when the run has one, otherwise `address`. */
  readonly peerAddress: string;
}

/** Where a client connects. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /**
   * Something stands between (a published port's proxy), which accepts connections when nothing listens behind it. Then
   * *refused*, *reset* and *closed before the first answer* prove nothing, and a request is `info` from its first byte.
   */
  readonly proxied: boolean;
}
