// Geometry: the skin of what is visible, plane cuts through tetrahedra, outlines on both.

const FACES = [[1, 2, 3], [0, 3, 2], [0, 1, 3], [0, 2, 1]]; // outwards, opposite to corner 0, 1, 2, 3
const EDGES = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]];

/** Topology that all arms and days share. */
class Body {
  constructor(meta, cells, node, region) {
    this.meta = meta;
    this.count = meta.counts.cells;
    this.cells = new Uint32Array(4 * this.count); // vertices, cell by cell
    for (let corner = 0; corner < 4; corner++)
      for (let cell = 0; cell < this.count; cell++) this.cells[4 * cell + corner] = cells[corner * this.count + cell];
    this.node = node;
    this.region = region;
    this.neighbours = this.findNeighbours();
  }

  /** Cell on the other side of every face, -1 outside: faces with equal nodes are sorted next to each other. */
  findNeighbours() {
    const n = 4 * this.count;
    const nodes = this.meta.counts.nodes;
    const key = new Float64Array(n);
    const third = new Uint32Array(n);
    for (let cell = 0; cell < this.count; cell++)
      for (let face = 0; face < 4; face++) {
        let [a, b, c] = FACES[face].map((corner) => this.node[this.cells[4 * cell + corner]]);
        if (a > b) [a, b] = [b, a];
        if (b > c) [b, c] = [c, b];
        if (a > b) [a, b] = [b, a];
        key[4 * cell + face] = a * nodes + b;
        third[4 * cell + face] = c;
      }
    const order = new Uint32Array(n).map((_, i) => i).sort((i, j) => key[i] - key[j] || third[i] - third[j]);
    const out = new Int32Array(n).fill(-1);
    for (let i = 0; i + 1 < n; i++) {
      const [here, next] = [order[i], order[i + 1]];
      if (key[here] === key[next] && third[here] === third[next]) {
        out[here] = next >> 2;
        out[next] = here >> 2;
      }
    }
    return out;
  }
}

/** Points of the nodes as they are drawn: where the body is, plus the displacement times a factor. */
function drawnPoints(state, factor) {
  const points = new Float32Array(state.nodes);
  if (factor) for (let i = 0; i < points.length; i++) points[i] += factor * state.moved[i];
  return points;
}

/** Growing arrays of triangles with one value, a colour and a kind a corner. */
class Triangles {
  constructor() {
    this.position = [];
    this.value = [];
    this.vertex = []; // three vertices and two weights tell what stands under the mouse
    this.kind = [];
    this.cell = [];
  }
}

/** Faces between a visible and no visible cell. */
function skin(body, visible, wanted) {
  const faces = [];
  for (let cell = 0; cell < body.count; cell++) {
    if (!visible[cell] || !wanted(cell)) continue;
    for (let face = 0; face < 4; face++) {
      const other = body.neighbours[4 * cell + face];
      if (other < 0 || !visible[other]) faces.push(4 * cell + face);
    }
  }
  return faces;
}

function addFaces(out, body, points, values, faces, kind) {
  for (const code of faces) {
    const cell = code >> 2;
    for (const corner of FACES[code & 3]) {
      const vertex = body.cells[4 * cell + corner];
      const node = body.node[vertex];
      out.position.push(points[3 * node], points[3 * node + 1], points[3 * node + 2]);
      out.value.push(values[vertex]);
      out.vertex.push(vertex, vertex, 0);
    }
    out.kind.push(kind(cell));
    out.cell.push(cell);
  }
}

/** Polygons in which a plane (axis, offset) cuts the visible cells, as triangles, and the borders of regions on it. */
function cut(out, body, points, values, visible, axis, offset, kind, edges) {
  for (let cell = 0; cell < body.count; cell++) {
    if (!visible[cell]) continue;
    let above = 0;
    for (let corner = 0; corner < 4; corner++) {
      const node = body.node[body.cells[4 * cell + corner]];
      if (points[3 * node + axis] > offset) above |= 1 << corner;
    }
    if (above === 0 || above === 15) continue;
    const hits = [];
    for (const [a, b] of EDGES) {
      if (((above >> a) & 1) === ((above >> b) & 1)) continue;
      const [va, vb] = [body.cells[4 * cell + a], body.cells[4 * cell + b]];
      const [na, nb] = [3 * body.node[va], 3 * body.node[vb]];
      const share = (offset - points[na + axis]) / (points[nb + axis] - points[na + axis]);
      hits.push({
        a, b, va, vb, share,
        at: [0, 1, 2].map((i) => points[na + i] + share * (points[nb + i] - points[na + i])),
        value: values[va] + share * (values[vb] - values[va]),
      });
    }
    if (hits.length === 4) orderAround(hits, axis);
    for (let i = 1; i + 1 < hits.length; i++) {
      for (const hit of [hits[0], hits[i], hits[i + 1]]) {
        out.position.push(...hit.at);
        out.value.push(hit.value);
        out.vertex.push(hit.va, hit.vb, hit.share);
      }
      out.kind.push(kind(cell));
      out.cell.push(cell);
    }
    if (edges) edges(cell, hits);
  }
}

function orderAround(hits, axis) {
  const [u, v] = [[1, 2], [0, 2], [0, 1]][axis];
  const middle = [u, v].map((i) => hits.reduce((sum, hit) => sum + hit.at[i], 0) / hits.length);
  hits.sort((p, q) => Math.atan2(p.at[v] - middle[1], p.at[u] - middle[0]) - Math.atan2(q.at[v] - middle[1], q.at[u] - middle[0]));
}

/** Where a field at the nodes passes a level on triangles: segments of two points. */
function isoline(segments, triangles, from, body, field, level) {
  for (let triangle = from; triangle < triangles.kind.length; triangle++) {
    const corners = [0, 1, 2].map((i) => {
      const at = 3 * (3 * triangle + i);
      const [va, vb, share] = [triangles.vertex[at], triangles.vertex[at + 1], triangles.vertex[at + 2]];
      const [a, b] = [field[body.node[va]], field[body.node[vb]]];
      return { value: a + share * (b - a) - level, at: triangles.position.slice(at, at + 3) };
    });
    const hits = [];
    for (const [p, q] of [[0, 1], [1, 2], [2, 0]]) {
      const [a, b] = [corners[p], corners[q]];
      if (a.value > 0 === b.value > 0) continue;
      const share = a.value / (a.value - b.value);
      hits.push(a.at.map((x, i) => x + share * (b.at[i] - x)));
    }
    if (hits.length === 2) segments.push(...hits[0], ...hits[1]);
  }
}

/** Level surface of a field at the nodes through visible cells, as plain triangles. */
function levelSurface(body, points, field, visible) {
  const out = [];
  for (let cell = 0; cell < body.count; cell++) {
    if (!visible[cell]) continue;
    const nodes = [0, 1, 2, 3].map((corner) => body.node[body.cells[4 * cell + corner]]);
    const hits = [];
    for (const [a, b] of EDGES) {
      const [fa, fb] = [field[nodes[a]], field[nodes[b]]];
      if (fa > 0 === fb > 0) continue;
      const share = fa / (fa - fb);
      hits.push({ a, b, at: [0, 1, 2].map((i) => points[3 * nodes[a] + i] + share * (points[3 * nodes[b] + i] - points[3 * nodes[a] + i])) });
    }
    if (hits.length === 3) out.push(...hits.flatMap((hit) => hit.at));
    if (hits.length === 4) {
      // neighbours around the quadrilateral share a corner of the cell
      const opposite = hits.findIndex((hit, i) => i && ![hit.a, hit.b].some((c) => c === hits[0].a || c === hits[0].b));
      const sides = hits.filter((_, i) => i && i !== opposite);
      const around = [hits[0], sides[0], hits[opposite], sides[1]];
      for (const i of [1, 2]) out.push(...around[0].at, ...around[i].at, ...around[i + 1].at);
    }
  }
  return new Float32Array(out);
}
