// Numbers of a scene: from the page or from the server, unpacked when they are first needed.

/** Undo `packing.pack`: bytes of equal weight stand together, rows are differences. */
async function unpack(bytes, size, rows) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const flat = new Uint8Array(await new Response(stream).arrayBuffer());
  const count = flat.length / size;
  const values = size === 1 ? new Uint8Array(count) : size === 2 ? new Uint16Array(count) : new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    let value = 0;
    for (let b = size - 1; b >= 0; b--) value = value * 256 + flat[b * count + i];
    values[i] = value;
  }
  const width = count / rows;
  for (let i = width; i < count; i++) values[i] += values[i - width]; // wraps as it did when packed
  return values;
}

function fromText(text) {
  const letters = atob(text.trim());
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** Where numbers come from: elements of the page, or the server that sent it. */
class Source {
  constructor(meta) {
    this.meta = meta;
    this.kept = new Map();
    this.remote = Boolean(meta.remote);
  }

  async bytes(name) {
    if (this.remote) {
      const answer = await fetch(`${meta_path(this.meta)}${name}`);
      if (!answer.ok) throw new Error(`${name}: the viewer answered ${answer.status}`);
      return new Uint8Array(await answer.arrayBuffer());
    }
    const element = document.getElementById(`scene-${name}`);
    if (!element) throw new Error(`${name} is not in the page`);
    return fromText(element.textContent);
  }

  async body(name, size, rows) {
    return unpack(await this.bytes(name), size, rows);
  }

  /** Row of a day of one chunk of an arm. */
  async row(arm, day, name, size) {
    const days = this.meta.arms[arm].days;
    const place = days.indexOf(day);
    const key = this.remote ? `${arm}-${name}-${day}` : `${arm}-${name}`;
    if (!this.kept.has(key)) {
      if (this.remote && this.kept.size > 400) this.kept.delete(this.kept.keys().next().value);
      this.kept.set(key, this.bytes(key).then((bytes) => unpack(bytes, size, this.remote ? 1 : days.length)));
    }
    const values = await this.kept.get(key);
    if (this.remote) return values;
    const width = values.length / days.length;
    return values.subarray(place * width, (place + 1) * width);
  }
}

function meta_path(meta) {
  return meta.remote;
}

/** Values of a field from what was kept: signed square roots on an even scale. */
function restore(kept, [low, high]) {
  const values = new Float32Array(kept.length);
  const step = (high - low) / 65535;
  for (let i = 0; i < kept.length; i++) {
    const root = low + step * kept[i];
    values[i] = root * Math.abs(root);
  }
  return values;
}

/** Everything that is drawn of one arm on one day. */
async function readState(source, arm, day, field) {
  const meta = source.meta;
  const nodes = meta.counts.nodes;
  const [low, high] = meta.box;
  const names = ["points", "outline"];
  const [points, outline] = await Promise.all([source.row(arm, day, "points", 2), source.row(arm, day, "outline", 1)]);
  const state = { arm, day, names, nodes: new Float32Array(3 * nodes), band: new Float32Array(nodes) };
  for (let axis = 0; axis < 3; axis++)
    for (let i = 0; i < nodes; i++)
      state.nodes[3 * i + axis] = low[axis] + ((high[axis] - low[axis]) * points[axis * nodes + i]) / 65535;
  for (let i = 0; i < nodes; i++) state.band[i] = outline[i] / 255;
  state.moved = new Float32Array(3 * nodes);
  if (meta.displacement > 0) {
    const kept = await source.row(arm, day, "displacement", 2);
    const largest = 1.25 * meta.displacement;
    for (let axis = 0; axis < 3; axis++)
      for (let i = 0; i < nodes; i++) state.moved[3 * i + axis] = largest * (kept[axis * nodes + i] / 32767.5 - 1);
  }
  if (meta.tissues.length) state.tissue = await source.row(arm, day, "tissue", 1);
  if (meta.weakest) {
    const kept = await source.row(arm, day, "weakest", 2);
    state.weakest = new Float32Array(nodes);
    for (let i = 0; i < nodes; i++) state.weakest[i] = kept[i] / 32767.5 - 1;
  }
  state.values = new Map();
  await readField(source, state, "utilisation");
  await readField(source, state, field);
  return state;
}

async function readField(source, state, key) {
  if (state.values.has(key)) return;
  const field = source.meta.fields.find((each) => each.key === key);
  if (field) state.values.set(key, restore(await source.row(state.arm, state.day, key, 2), field.kept));
}
