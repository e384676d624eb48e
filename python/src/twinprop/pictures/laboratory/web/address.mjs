// The state of the page in the part of its address that no server sees.
const toText = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

async function through(bytes, stream) {
  const answer = new Response(new Blob([bytes]).stream().pipeThrough(stream));
  return new Uint8Array(await answer.arrayBuffer());
}

// `texts` holds the programs that are not the exercise's own.
export async function writeState({ exercise, show, texts }) {
  const parts = new URLSearchParams({ exercise, show });
  for (const [language, text] of Object.entries(texts)) {
    parts.set(language, toText(await through(new TextEncoder().encode(text), new CompressionStream("deflate-raw"))));
  }
  return `#${parts}`;
}

export async function readState(hash) {
  const parts = new URLSearchParams(hash.slice(1));
  const texts = {};
  for (const language of ["python", "r"]) {
    if (!parts.has(language)) continue;
    try {
      const bytes = await through(toBytes(parts.get(language)), new DecompressionStream("deflate-raw"));
      texts[language] = new TextDecoder().decode(bytes);
    } catch {
      return { damaged: true, texts: {} };
    }
  }
  return { exercise: parts.get("exercise"), show: parts.get("show"), texts };
}
