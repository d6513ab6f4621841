declare module "autocannon" {
  /** The little of autocannon that the benches use. */
  export interface LoadClient {
    setHeaders(headers: Record<string, string>): void;
    setBody(body: string): void;
  }
  export interface LoadOptions {
    url: string;
    method: "GET" | "POST";
    connections: number;
    /** Seconds. */
    duration: number;
    /** Seconds. */
    timeout?: number;
    setupClient(client: LoadClient): void;
  }
  export interface LoadResult {
    requests: { average: number; total: number };
    latency: { p50: number; p99: number };
    non2xx: number;
    errors: number;
  }
  export default function autocannon(options: LoadOptions): Promise<LoadResult>;
}
