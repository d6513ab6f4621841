import { freemem, totalmem } from "node:os";

const MIB = 1024 * 1024;

function clamp(value: number, low: number, high: number): number {
  return Math.round(Math.min(high, Math.max(low, value)));
}

/** The memory this process may use: the container's limit where there is one, the machine's otherwise. */
function memoryMiB(): number {
  const limit = process.constrainedMemory();
  const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return Math.max(total, freemem()) / MIB;
}

export interface SettingsInput {
  port: number;
  /** False only for databases that a test run throws away: no waiting for the disk. */
  durable: boolean;
}

/** Postgres's settings for a small machine shared with the web process and the worker. */
export function settings({ port, durable }: SettingsInput): Record<string, string> {
  const memory = memoryMiB();
  return {
    port: String(port),
    listen_addresses: "127.0.0.1",
    // Loopback with a password is the only way in; no socket file in a shared directory.
    unix_socket_directories: "",
    max_connections: "200",
    // A million leads with their texts and indexes take about a gigabyte. Read from outside, each page costs a copy; and
    // a table above a quarter of this is never kept by a scan. Databases that a test throws away are small.
    shared_buffers: `${clamp(memory / 8, 64, durable ? 2048 : 512)}MB`,
    effective_cache_size: `${clamp(memory / 2, 256, 4096)}MB`,
    work_mem: "8MB",
    maintenance_work_mem: "128MB",
    // After a checkpoint the first change of a page writes the whole page: bulk work over scattered rows wants few.
    max_wal_size: "4GB",
    // A log file made anew is first filled with zeros and flushed: a tenth of a second in which nobody's commit ends.
    // So many are kept to be written over. Between them and the disk is room for what bulk work writes in a second.
    min_wal_size: durable ? "1GB" : "80MB",
    wal_buffers: durable ? "64MB" : "-1",
    checkpoint_timeout: "15min",
    timezone: "UTC",
    log_timezone: "UTC",
    jit: "off",
    // A client that vanished (kill -9, network) must not keep its locks.
    client_connection_check_interval: "2s",
    tcp_keepalives_idle: "30",
    // Errors are answered to the client and logged there; here only what concerns the server itself.
    log_min_messages: "fatal",
    fsync: durable ? "on" : "off",
    synchronous_commit: durable ? "on" : "off",
    full_page_writes: durable ? "on" : "off",
  };
}
