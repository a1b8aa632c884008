// The page's data: one JSON text whose sections are little-endian arrays, deflated, in base64.

const READERS = {
  u8: (bytes) => bytes,
  u32: (bytes) => new Uint32Array(bytes.buffer),
  f32: (bytes) => new Float32Array(bytes.buffer),
  f64: (bytes) => new Float64Array(bytes.buffer),
  f16: (bytes) => Float32Array.from(new Uint16Array(bytes.buffer), fromHalf),
};

/** The float of a half-precision number's 16 bits. */
function fromHalf(bits) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}

async function unpack({ type, data }) {
  const text = atob(data);
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < packed.length; i++) {
    packed[i] = text.charCodeAt(i);
  }
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  return READERS[type](new Uint8Array(await new Response(stream).arrayBuffer()));
}

/** The page's data, its sections as typed arrays. */
export async function readPayload() {
  const element = document.getElementById('payload');
  const payload = JSON.parse(element.textContent);
  element.remove(); // megabytes of text that are no longer needed
  const names = Object.keys(payload.sections);
  const arrays = await Promise.all(names.map((name) => unpack(payload.sections[name])));
  names.forEach((name, i) => { payload.sections[name] = arrays[i]; });
  return payload;
}

/** What belongs to one of the page's models, with its sections under the same names as those of the first. */
export function ofModel(payload, n) {
  const prefix = `${n}.`;
  const own = Object.entries(payload.sections)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, array]) => [name.slice(prefix.length), array]);
  return { ...payload, ...payload.models[n], sections: { ...payload.sections, ...Object.fromEntries(own) } };
}
