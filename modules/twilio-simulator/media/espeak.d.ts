declare module "@echogarden/espeak-ng-emscripten" {
  interface EspeakWorker {
    /** 0 when the voice exists. */
    set_voice(name: string): number;
    set_rate(wordsPerMinute: number): number;
    get_samplerate(): number;
    synthesize(text: string, onSamples: (samples: Int16Array | null, events: unknown[]) => boolean): void;
  }
  interface Espeak {
    eSpeakNGWorker: new () => EspeakWorker;
  }
  export default function createEspeak(): Promise<Espeak>;
}
