import { afterAll, beforeAll } from "vitest";
import { productInstance, type ProductInstance } from "../../scripts/product/instance";

export interface RunningHouse {
  /** The web application, such as http://127.0.0.1:41234. */
  readonly address: string;
  /** The local carrier; its control API is below /_control, its telephone at /telephone. */
  readonly carrier: string;
  /** Where it keeps its data, the database's cluster among it. */
  readonly dataDirectory: string;
}

const START_TIMEOUT_MS = 6 * 60_000;
const STOP_TIMEOUT_MS = 60_000;

/**
 * A whole product for the calling test file, started as a person starts it, with a database and ports of its own.
 * EVENHAND_PRODUCT, EVENHAND_CARRIER and EVENHAND_PRODUCT_DATA name one that is up already, to try a test against it.
 */
export function runningProduct(variables: Record<string, string> = {}): RunningHouse {
  const { EVENHAND_PRODUCT: address, EVENHAND_CARRIER: carrier, EVENHAND_PRODUCT_DATA: dataDirectory } = process.env;
  if (address && carrier && dataDirectory) return { address, carrier, dataDirectory };
  let instance: ProductInstance | undefined;
  const lines: string[] = [];
  beforeAll(async () => {
    instance = await productInstance({ variables, onLine: (line) => lines.push(line) });
  }, START_TIMEOUT_MS);
  afterAll(() => instance?.stop(), STOP_TIMEOUT_MS);
  const up = (): ProductInstance => {
    if (!instance) throw new Error(`The product is not up.\n${lines.slice(-20).join("\n")}`);
    return instance;
  };
  return {
    get address() {
      return up().address;
    },
    get carrier() {
      return up().carrier;
    },
    get dataDirectory() {
      return up().dataDirectory;
    },
  };
}
