// Two ways to draw many points: WebGL if there is a graphics processor, otherwise a canvas whose pixels are set
// directly (software WebGL is several times slower). Both take the same arrays, in drawing order:
//   points  [n][2] floats, colours [n][4] bytes, shapes [n] bytes
// and a view: x of a point in device pixels = point x * scale + left, y = top - point y * scale. While the view moves,
// marks may be coarse: with edges that are not smoothed, which takes a third of the time.

const VERTEX = `
attribute vec2 point; attribute vec4 colour; attribute float shape;
uniform vec2 size; uniform vec3 view; uniform mediump float diameter;
varying vec4 ink; varying float form;
void main() {
  vec2 at = vec2(point.x * view.z + view.x, view.y - point.y * view.z);
  gl_Position = vec4(at.x / size.x * 2.0 - 1.0, 1.0 - at.y / size.y * 2.0, 0.0, 1.0);
  gl_PointSize = diameter + 1.0;
  ink = colour; form = shape;
}`;

const FRAGMENT = `
precision mediump float;
varying vec4 ink; varying float form; uniform float diameter;
void main() {
  vec2 p = (gl_PointCoord * 2.0 - 1.0) * (diameter + 1.0) / diameter;
  float edge = length(p);
  if (form > 2.5) edge = max(abs(p.x) * 0.9 + p.y * 0.55, -p.y) + 0.1;
  else if (form > 1.5) edge = max(abs(p.x) * 0.9 - p.y * 0.55, p.y) + 0.1;
  else if (form > 0.5) edge = max(abs(p.x), abs(p.y)) + 0.1;
  float cover = clamp((1.0 - edge) * diameter * 0.5 + 0.5, 0.0, 1.0);
  gl_FragColor = vec4(ink.rgb * cover, cover);
}`;

class WebGl {
  static name = 'WebGL';

  constructor(canvas, gl) {
    this.canvas = canvas;
    this.gl = gl;
    const program = gl.createProgram();
    for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
      throw new Error(gl.getProgramInfoLog(program));
    }
    gl.useProgram(program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const attribute = (name, count, type, normal) => {
      const buffer = gl.createBuffer();
      const at = gl.getAttribLocation(program, name);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, count, type, normal, 0, 0);
      return buffer;
    };
    this.buffers = {
      points: attribute('point', 2, gl.FLOAT, false),
      colours: attribute('colour', 4, gl.UNSIGNED_BYTE, true),
      shapes: attribute('shape', 1, gl.UNSIGNED_BYTE, false),
    };
    this.uniform = (name) => gl.getUniformLocation(program, name);
    this.places = { size: this.uniform('size'), view: this.uniform('view'), diameter: this.uniform('diameter') };
  }

  set(arrays) {
    const { gl } = this;
    for (const [name, buffer] of Object.entries(this.buffers)) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, arrays[name], gl.STATIC_DRAW);
    }
    this.count = arrays.shapes.length;
  }

  draw({ left, top, scale, diameter, paper }) {
    const { gl, canvas, places } = this;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(paper[0] / 255, paper[1] / 255, paper[2] / 255, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform2f(places.size, canvas.width, canvas.height);
    gl.uniform3f(places.view, left, top, scale);
    gl.uniform1f(places.diameter, diameter);
    gl.drawArrays(gl.POINTS, 0, this.count);
  }

  /** Waits until everything is drawn; for measurements. */
  finish() {
    this.gl.readPixels(0, 0, 1, 1, this.gl.RGBA, this.gl.UNSIGNED_BYTE, new Uint8Array(4));
  }
}

/** Signed distances to the edge of a mark, in units of its radius; negative inside. */
const EDGES = [
  (x, y) => Math.hypot(x, y) - 1,
  (x, y) => Math.max(Math.abs(x), Math.abs(y)) - 0.9,
  (x, y) => Math.max(Math.abs(x) * 0.9 - y * 0.55, y) - 0.9,
  (x, y) => Math.max(Math.abs(x) * 0.9 + y * 0.55, -y) - 0.9,
];

class Pixels {
  static name = 'canvas';

  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d', { alpha: false });
  }

  set(arrays) {
    this.arrays = arrays;
    this.colours = new Uint32Array(arrays.colours.buffer);
  }

  /** Offsets of the pixels that a mark covers, and of those it covers in part with how much of each, 0 .. 256. */
  #mask(shape, diameter, isCoarse) {
    const radius = diameter / 2;
    const reach = Math.ceil(radius);
    const whole = [];
    const part = [];
    for (let y = -reach; y <= reach; y++) {
      for (let x = -reach; x <= reach; x++) {
        const cover = Math.round(256 * Math.min(1, Math.max(0, 0.5 - EDGES[shape](x / radius, y / radius) * radius)));
        const at = y * this.canvas.width + x;
        if (cover === 256 || (isCoarse && cover >= 128)) {
          whole.push(at);
        } else if (cover > 24 && !isCoarse) {
          part.push(at, cover);
        }
      }
    }
    return { whole: Int32Array.from(whole), part: Int32Array.from(part) };
  }

  draw({ left, top, scale, diameter, paper, isCoarse }) {
    const { width, height } = this.canvas;
    if (this.image?.width !== width || this.image?.height !== height) {
      this.image = this.context.createImageData(width, height);
      this.words = new Uint32Array(this.image.data.buffer);
    }
    const { words, colours } = this;
    const { points, shapes } = this.arrays;
    words.fill(0xff000000 | (paper[2] << 16) | (paper[1] << 8) | paper[0]);
    const masks = EDGES.map((_, shape) => this.#mask(shape, diameter, isCoarse));
    const reach = Math.ceil(diameter / 2);
    for (let i = 0; i < shapes.length; i++) {
      const x = Math.round(points[2 * i] * scale + left);
      const y = Math.round(top - points[2 * i + 1] * scale);
      if (x < reach || y < reach || x >= width - reach || y >= height - reach) {
        continue;
      }
      const at = y * width + x;
      const ink = colours[i];
      const { whole, part } = masks[shapes[i]];
      for (let m = 0; m < whole.length; m++) {
        words[at + whole[m]] = ink;
      }
      for (let m = 0; m < part.length; m += 2) {
        const pixel = at + part[m];
        words[pixel] = blend(words[pixel], ink, part[m + 1]);
      }
    }
    this.context.putImageData(this.image, 0, 0);
  }

  finish() {
    this.context.getImageData(0, 0, 1, 1);
  }
}

/** Two colours mixed, red and blue in one multiplication. */
function blend(under, over, cover) {
  const rest = 256 - cover;
  const redBlue = ((under & 0xff00ff) * rest + (over & 0xff00ff) * cover) >>> 8;
  const green = ((under & 0xff00) * rest + (over & 0xff00) * cover) >>> 8;
  return 0xff000000 | (redBlue & 0xff00ff) | (green & 0xff00);
}

/** Whether WebGL runs in software; browsers do not always report it as a performance caveat. */
function isSoftware(gl) {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const software = /swiftshader|llvmpipe|software|basic render/i;
  return info !== null && software.test(gl.getParameter(info.UNMASKED_RENDERER_WEBGL));
}

/**
 * A renderer on a new canvas in front of everything else in the frame. `wish` is webgl, canvas or empty for the faster.
 */
export function makeRenderer(frame, wish, onLost) {
  const canvas = document.createElement('canvas');
  canvas.className = 'points';
  canvas.setAttribute('aria-hidden', 'true');
  frame.prepend(canvas);
  if (wish !== 'canvas') {
    const gl = canvas.getContext('webgl', {
      antialias: false, alpha: false, failIfMajorPerformanceCaveat: wish !== 'webgl',
    });
    if (gl && (wish === 'webgl' || !isSoftware(gl))) {
      canvas.addEventListener('webglcontextlost', () => { canvas.remove(); onLost(); });
      return new WebGl(canvas, gl);
    }
    if (gl) { // a canvas used by WebGL cannot be used otherwise
      canvas.remove();
      return makeRenderer(frame, 'canvas', onLost);
    }
  }
  return new Pixels(canvas);
}
