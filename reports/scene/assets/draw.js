// Drawing: one canvas, two views with one camera, colours from a table.

const VIRIDIS = ["440154", "482878", "3e4a89", "31688e", "26828e", "1f9e89", "35b779", "6ece58", "b5de2b", "fde725"];
const OVER = [0.84, 0.19, 0.1];
const TISSUE_COLOURS = {
  granulation: [178, 24, 43], fibrous: [239, 138, 98], cartilage: [146, 197, 222], woven: [253, 212, 158],
  remodelled: [216, 179, 101], host: [140, 109, 70], cement: [154, 159, 166],
};

const FILL_VERTEX = `#version 300 es
in vec3 position; in float value; in float kind; in vec3 colour;
uniform mat4 view; centroid out vec3 place; centroid out float shownValue; centroid out vec3 shownColour; flat out float shownKind;
void main() { place = position; shownValue = value; shownKind = kind; shownColour = colour; gl_Position = view * vec4(position, 1.0); }`;
const FILL_FRAGMENT = `#version 300 es
precision highp float;
centroid in vec3 place; centroid in float shownValue; centroid in vec3 shownColour; flat in float shownKind; out vec4 result;
uniform sampler2D table; uniform vec2 range; uniform vec2 shellRange; uniform float logarithmic; uniform float mixing;
uniform vec3 planes; uniform vec3 sides; uniform vec3 cutting; uniform float skip; uniform float opacity; uniform float shade;
uniform vec3 towards; uniform vec3 over; uniform vec3 plain; uniform float usePlain;
void main() {
  for (int axis = 0; axis < 3; axis++)
    if (cutting[axis] > 0.5 && float(axis) != skip && sides[axis] * (place[axis] - planes[axis]) > 1e-4) discard;
  vec2 ends = shownKind > 0.5 ? shellRange : range;
  float share = logarithmic > 0.5
    ? (log(max(shownValue, 1e-12)) - log(ends.x)) / (log(ends.y) - log(ends.x))
    : (shownValue - ends.x) / (ends.y - ends.x);
  vec3 colour = share > 1.0005 ? over : texture(table, vec2(clamp(share, 0.002, 0.998), 0.5)).rgb;
  if (mixing > 0.5) colour = shownColour;
  if (usePlain > 0.5) colour = plain;
  float light = 1.0;
  if (shade > 0.5) {
    vec3 normal = normalize(cross(dFdx(place), dFdy(place)));
    light = 0.72 + 0.28 * abs(dot(normal, towards));
  }
  result = vec4(colour * light, opacity);
}`;
const LINE_VERTEX = `#version 300 es
in vec3 from; in vec3 to; in vec2 corner; uniform mat4 view; uniform vec2 size; uniform float width; uniform float lift; centroid out vec3 place;
void main() {
  vec4 a = view * vec4(from, 1.0), b = view * vec4(to, 1.0);
  vec2 along = (b.xy - a.xy) * size; float span = length(along);
  vec2 normal = span > 1e-6 ? vec2(-along.y, along.x) / span : vec2(0.0, 1.0);
  vec2 forward = span > 1e-6 ? along / span : vec2(1.0, 0.0);
  vec4 end = mix(a, b, corner.x);
  vec2 shift = normal * corner.y * width + forward * (corner.x * 2.0 - 1.0) * width * 0.5;
  place = mix(from, to, corner.x);
  gl_Position = vec4(end.xy + shift / size, end.z - lift, 1.0);
}`;
const LINE_FRAGMENT = `#version 300 es
precision highp float; centroid in vec3 place; out vec4 result; uniform vec3 colour;
uniform vec3 planes; uniform vec3 sides; uniform vec3 cutting; uniform float skip;
void main() {
  for (int axis = 0; axis < 3; axis++)
    if (cutting[axis] > 0.5 && float(axis) != skip && sides[axis] * (place[axis] - planes[axis]) > 0.05) discard;
  result = vec4(colour, 1.0);
}`;

function program(gl, vertex, fragment) {
  const made = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(made, shader);
  }
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made));
  const uniforms = {};
  for (let i = 0; i < gl.getProgramParameter(made, gl.ACTIVE_UNIFORMS); i++) {
    const { name } = gl.getActiveUniform(made, i);
    uniforms[name] = gl.getUniformLocation(made, name);
  }
  return { made, uniforms };
}

/** Colour of a share of the scale, 0 to 255 each. */
function tableColour(share) {
  const at = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const low = Math.min(Math.floor(at), VIRIDIS.length - 2);
  return [0, 2, 4].map((i) => {
    const [a, b] = [low, low + 1].map((n) => parseInt(VIRIDIS[n].slice(i, i + 2), 16));
    return Math.round(a + (at - low) * (b - a));
  });
}

class Painter {
  constructor(canvas) {
    const gl = canvas.getContext("webgl2", { antialias: true, alpha: false, preserveDrawingBuffer: true });
    if (!gl) throw new Error("no WebGL2");
    this.gl = gl;
    this.canvas = canvas;
    this.fill = program(gl, FILL_VERTEX, FILL_FRAGMENT);
    this.line = program(gl, LINE_VERTEX, LINE_FRAGMENT);
    this.corners = this.buffer(new Float32Array([0, -1, 0, 1, 1, -1, 1, 1]));
    const texels = new Uint8Array(256 * 4);
    for (let i = 0; i < 256; i++) texels.set([...tableColour(i / 255), 255], 4 * i);
    this.table = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.table);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
    for (const [name, value] of [["MIN_FILTER", gl.LINEAR], ["MAG_FILTER", gl.LINEAR], ["WRAP_S", gl.CLAMP_TO_EDGE], ["WRAP_T", gl.CLAMP_TO_EDGE]])
      gl.texParameteri(gl.TEXTURE_2D, gl[`TEXTURE_${name}`], value);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
  }

  buffer(array) {
    const made = this.gl.createBuffer();
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, made);
    this.gl.bufferData(this.gl.ARRAY_BUFFER, array, this.gl.STATIC_DRAW);
    return made;
  }

  /** Triangles on the graphics card. */
  mesh(triangles, colours) {
    const count = triangles.kind.length;
    const kind = new Float32Array(3 * count);
    for (let i = 0; i < 3 * count; i++) kind[i] = triangles.kind[Math.floor(i / 3)];
    return {
      count: 3 * count,
      arrays: [
        ["position", this.buffer(new Float32Array(triangles.position)), 3],
        ["value", this.buffer(new Float32Array(triangles.value)), 1],
        ["kind", this.buffer(kind), 1],
        ["colour", this.buffer(colours || new Float32Array(9 * count)), 3],
      ],
    };
  }

  segments(list) {
    const array = new Float32Array(list);
    return { count: array.length / 6, buffer: this.buffer(array) };
  }

  free(things) {
    for (const thing of things) {
      if (thing.arrays) for (const [, buffer] of thing.arrays) this.gl.deleteBuffer(buffer);
      if (thing.buffer) this.gl.deleteBuffer(thing.buffer);
    }
  }

  begin(background) {
    const { gl, canvas } = this;
    gl.disable(gl.SCISSOR_TEST);
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(...background, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.depthFunc(gl.LEQUAL);
  }

  port({ x, y, width, height }) {
    const { gl, canvas } = this;
    gl.viewport(x, canvas.height - y - height, width, height);
    gl.scissor(x, canvas.height - y - height, width, height);
    gl.enable(gl.SCISSOR_TEST);
    this.size = [width / 2, height / 2];
  }

  attribute(used, name, buffer, size, divisor = 0, stride = 0, offset = 0) {
    const { gl } = this;
    const at = gl.getAttribLocation(used.made, name);
    if (at < 0) return;
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, size, gl.FLOAT, false, stride, offset);
    gl.vertexAttribDivisor(at, divisor);
  }

  cutting(uniforms, look, skip) {
    const { gl } = this;
    gl.uniform3fv(uniforms.planes, look.planes);
    gl.uniform3fv(uniforms.sides, look.sides);
    gl.uniform3fv(uniforms.cutting, look.cutting);
    gl.uniform1f(uniforms.skip, skip);
  }

  drawMesh(mesh, look, { skip = -1, opacity = 1, shade = 1, plain = null } = {}) {
    if (!mesh.count) return;
    const { gl, fill } = this;
    gl.useProgram(fill.made);
    const u = fill.uniforms;
    gl.uniformMatrix4fv(u.view, false, look.view);
    gl.uniform2fv(u.range, look.range);
    gl.uniform2fv(u.shellRange, look.shellRange);
    gl.uniform1f(u.logarithmic, look.logarithmic);
    gl.uniform1f(u.mixing, look.mixing);
    gl.uniform1f(u.opacity, opacity);
    gl.uniform1f(u.shade, shade);
    gl.uniform3fv(u.towards, look.towards);
    gl.uniform3fv(u.over, look.over);
    gl.uniform3fv(u.plain, plain || [0, 0, 0]);
    gl.uniform1f(u.usePlain, plain ? 1 : 0);
    this.cutting(u, look, skip);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.table);
    gl.uniform1i(u.table, 0);
    for (const [name, buffer, size] of mesh.arrays) this.attribute(fill, name, buffer, size);
    if (opacity < 1) { gl.enable(gl.BLEND); gl.depthMask(false); }
    gl.drawArrays(gl.TRIANGLES, 0, mesh.count);
    gl.disable(gl.BLEND);
    gl.depthMask(true);
  }

  drawLines(lines, look, colour, width, lift = 0.001) {
    if (!lines.count) return;
    const { gl, line } = this;
    gl.useProgram(line.made);
    gl.uniformMatrix4fv(line.uniforms.view, false, look.view);
    gl.uniform2fv(line.uniforms.size, this.size);
    gl.uniform1f(line.uniforms.width, width);
    gl.uniform1f(line.uniforms.lift, lift);
    gl.uniform3fv(line.uniforms.colour, colour);
    this.cutting(line.uniforms, look, -1);
    this.attribute(line, "from", lines.buffer, 3, 1, 24, 0);
    this.attribute(line, "to", lines.buffer, 3, 1, 24, 12);
    this.attribute(line, "corner", this.corners, 2);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, lines.count);
    for (const name of ["from", "to"]) {
      const at = gl.getAttribLocation(line.made, name);
      if (at >= 0) gl.vertexAttribDivisor(at, 0);
    }
  }
}

/** Camera without perspective: sizes can be read off the scale bar. */
class Camera {
  constructor(box) {
    this.middle = box[0].map((low, i) => 0.5 * (low + box[1][i]));
    this.reach = 0.5 * Math.hypot(...box[0].map((low, i) => box[1][i] - low));
    this.look(38, 22);
  }

  look(yaw, pitch) {
    Object.assign(this, { yaw, pitch, zoom: 1, pan: [0, 0] });
  }

  /** Unit vectors to the right of, up on and out of the screen. */
  axes() {
    const [yaw, pitch] = [this.yaw, this.pitch].map((angle) => (angle * Math.PI) / 180);
    const towards = [Math.cos(yaw) * Math.cos(pitch), Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch)];
    const right = [-Math.sin(yaw), Math.cos(yaw), 0];
    const up = [towards[1] * right[2] - towards[2] * right[1], towards[2] * right[0] - towards[0] * right[2], towards[0] * right[1] - towards[1] * right[0]];
    return { right, up, towards };
  }

  /** Half the height of a view [mm]. */
  half(port) {
    return ((this.fit || this.reach) / this.zoom) * Math.max(1, port.height / port.width);
  }

  matrix(port) {
    const { right, up, towards } = this.axes();
    const half = this.half(port);
    const across = (half * port.width) / port.height;
    const deep = 3 * this.reach;
    const row = (axis, scale, shift) => [...axis.map((x) => x / scale), -axis.reduce((sum, x, i) => sum + x * this.middle[i], 0) / scale + shift];
    const rows = [row(right, across, this.pan[0] / across), row(up, half, this.pan[1] / half), row(towards.map((x) => -x), deep, 0), [0, 0, 0, 1]];
    return new Float32Array([0, 1, 2, 3].flatMap((column) => rows.map((each) => each[column])));
  }

  /** Place of a point in a view, in pixels of the canvas. */
  project(port, point) {
    const m = this.matrix(port);
    const at = [0, 1, 2].map((i) => m[i] * point[0] + m[4 + i] * point[1] + m[8 + i] * point[2] + m[12 + i]);
    return [port.x + (0.5 + 0.5 * at[0]) * port.width, port.y + (0.5 - 0.5 * at[1]) * port.height, at[2]];
  }
}
