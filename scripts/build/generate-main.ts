import { generateClient } from "./generate";

await generateClient((line) => console.log(line));
