import { clusterContract } from '../contract/cluster.ts';
import { textCluster } from './text-cluster.ts';

clusterContract('Docker', () => textCluster(), { impaired: false });
clusterContract('Docker with an overlay', () => textCluster({ network: 'overlay' }));
