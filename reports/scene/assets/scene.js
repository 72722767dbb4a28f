// The scene of a page: controls, states, pictures. `root` holds the controls, `source` the numbers.

const AXES = ["sagittal", "coronal", "axial"];
const LETTERS = [["R", [1, 0, 0]], ["L", [-1, 0, 0]], ["A", [0, 1, 0]], ["P", [0, -1, 0]], ["S", [0, 0, 1]], ["I", [0, 0, -1]]];
const VIEWS = { oblique: [38, 22], front: [90, 0], right: [0, 0], left: [180, 0], behind: [-90, 0], above: [90, 89.9] };
const OUTLINES = { cement: [1, 1, 1], band: [0.05, 0.05, 0.05], weakest: [0.93, 0.15, 0.62] };

function digits(value) {
  if (!isFinite(value)) return "–";
  if (value === 0) return "0";
  const text = Math.abs(value) >= 1000 || Math.abs(value) < 0.001 ? Number(value.toPrecision(3)).toString() : value.toPrecision(3);
  return text.replace(/\.?0+$/, (zeros) => (text.includes(".") ? "" : zeros)).replace("-", "−");
}

class Scene {
  constructor(root, meta) {
    this.root = root;
    this.meta = meta;
    this.source = new Source(meta);
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.shown = [null, null]; // states of both views
    this.meshes = [null, null];
    this.ticket = 0;
  }

  async start() {
    this.painter = new Painter(this.part("canvas"));
    const { counts } = this.meta;
    const [cells, node, region] = await Promise.all([this.source.body("cells", 4, 4), this.source.body("node", 4, 1), this.source.body("region", 1, 1)]);
    this.body = new Body(this.meta, cells, node, region);
    const cap = new Set(this.meta.caps);
    this.isCap = Uint8Array.from({ length: counts.cells }, (_, cell) => cap.has(region[cell]));
    const wall = new Set(this.meta.shell);
    this.isShell = Uint8Array.from({ length: counts.cells }, (_, cell) => wall.has(region[cell]));
    this.prepareControls();
    this.camera = new Camera(this.meta.box);
    this.bind();
    await this.load();
    this.fitCamera();
    new ResizeObserver(() => this.resize()).observe(this.part("stage"));
    this.resize();
    this.root.dataset.ready = "1";
  }

  // ---- controls ------------------------------------------------------------------------------------------------

  prepareControls() {
    const { meta } = this;
    const names = meta.arms.map((arm) => arm.name);
    const broken = names.findIndex((name) => name !== "intact");
    const cemented = meta.arms.findIndex((arm) => arm.injected !== null);
    const first = broken < 0 ? 0 : broken;
    const second = cemented >= 0 && cemented !== first ? cemented : names.length > 1 ? names.findIndex((_, i) => i !== first) : -1;
    for (const [part, chosen] of [["left", first], ["right", second]]) {
      const select = this.part(part);
      names.forEach((name, i) => select.add(new Option(name, i)));
      if (part === "right") select.add(new Option("none", -1));
      select.value = String(chosen);
    }
    this.days = [...new Set(meta.arms.flatMap((arm) => arm.days))].sort((a, b) => a - b);
    const day = this.part("day");
    day.max = String(this.days.length - 1);
    day.value = String(Math.max(0, this.days.findIndex((each) => each >= (cemented >= 0 ? meta.arms[cemented].injected : 0))));
    this.part("play").disabled = day.disabled = this.days.length < 2;
    for (const field of meta.fields) this.part("field").add(new Option(field.label, field.key));
    if (meta.tissues.length) this.part("field").add(new Option("tissue", "tissue"));
    const [low, high] = meta.box;
    AXES.forEach((name, axis) => {
      const at = this.part(`${name}-at`);
      [at.min, at.max] = [low[axis], high[axis]].map((x) => x.toFixed(1));
      at.step = "0.1";
      at.value = (axis === 0 ? meta.sagittal : 0.5 * (low[axis] + high[axis])).toFixed(1);
    });
    this.part("deform").disabled = meta.displacement <= 0;
    this.part("weakest").disabled = !meta.weakest;
    if (!meta.weakest) this.part("weakest").parentElement.title = "this result holds no weakest surface";
    this.part("weakest-key").hidden = !meta.weakest;
    this.part("band-key").hidden = broken < 0;
    this.part("cement-key").hidden = cemented < 0;
    this.part("days").hidden = this.days.length < 2;
    this.part("left-out").textContent = meta.left_out;
    this.part("left-out").hidden = !meta.left_out;
  }

  bind() {
    for (const part of ["left", "right", "field"]) this.part(part).addEventListener("change", () => { this.setRange(); this.load(); });
    this.part("day").addEventListener("input", () => this.load());
    this.part("play").addEventListener("click", () => this.play());
    for (const name of ["scale", "shell", "caps", "cement", "band", "weakest", "threshold", "deform"]) {
      this.part(name).addEventListener("input", () => { if (name === "scale") this.setRange(); this.rebuild(); });
    }
    for (const name of ["low", "high"]) this.part(name).addEventListener("change", () => { this.part("scale").value = "own"; this.rebuild(); });
    for (const name of AXES)
      for (const part of [`${name}-on`, `${name}-at`, `${name}-side`]) this.part(part).addEventListener("input", () => this.rebuild());
    for (const button of this.root.querySelectorAll("[data-view]"))
      button.addEventListener("click", () => { this.camera.look(...VIEWS[button.dataset.view]); this.paint(); });
    this.bindPointer();
    this.bindKeys();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.paint());
    this.setRange();
  }

  bindPointer() {
    const stage = this.part("stage");
    const fingers = new Map();
    let moved = 0;
    stage.addEventListener("pointerdown", (event) => {
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      stage.setPointerCapture(event.pointerId);
      moved = 0;
    });
    stage.addEventListener("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) { if (event.pointerType === "mouse") this.probeLater(event); return; }
      const [dx, dy] = [event.clientX - before[0], event.clientY - before[1]];
      moved += Math.abs(dx) + Math.abs(dy);
      if (fingers.size === 2) {
        const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
        const [was, is] = [before, [event.clientX, event.clientY]].map(([x, y]) => Math.hypot(x - other[0], y - other[1]));
        this.zoom(is / Math.max(was, 1));
      } else if (event.shiftKey || event.buttons === 2) this.pan(dx, dy);
      else this.turn(-0.45 * dx, 0.45 * dy);
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
    });
    for (const kind of ["pointerup", "pointercancel"])
      stage.addEventListener(kind, (event) => {
        fingers.delete(event.pointerId);
        if (kind === "pointerup" && moved < 5) this.probeAt(event);
      });
    stage.addEventListener("contextmenu", (event) => event.preventDefault());
    stage.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && document.activeElement !== stage) return; // the page scrolls until the scene is chosen
      event.preventDefault();
      this.zoom(Math.exp(-0.0015 * event.deltaY));
    }, { passive: false });
  }

  bindKeys() {
    this.part("stage").addEventListener("keydown", (event) => {
      const step = event.shiftKey ? null : 6;
      const actions = {
        ArrowLeft: () => (step ? this.turn(step, 0) : this.pan(-15, 0)),
        ArrowRight: () => (step ? this.turn(-step, 0) : this.pan(15, 0)),
        ArrowUp: () => (step ? this.turn(0, -step) : this.pan(0, -15)),
        ArrowDown: () => (step ? this.turn(0, step) : this.pan(0, 15)),
        "+": () => this.zoom(1.15), "=": () => this.zoom(1.15), "-": () => this.zoom(1 / 1.15),
        PageUp: () => this.stepDay(1), PageDown: () => this.stepDay(-1),
        Home: () => { this.camera.look(...VIEWS.oblique); this.paint(); },
        " ": () => this.play(), p: () => this.probeMiddle(),
      };
      if (!actions[event.key] || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      actions[event.key]();
    });
  }

  turn(yaw, pitch) {
    this.camera.yaw += yaw;
    this.camera.pitch = Math.min(89.9, Math.max(-89.9, this.camera.pitch + pitch));
    this.paint();
  }

  pan(dx, dy) {
    const mm = (2 * this.camera.half(this.ports()[0])) / (this.ports()[0].height / devicePixelRatio);
    this.camera.pan[0] += dx * mm;
    this.camera.pan[1] -= dy * mm;
    this.paint();
  }

  zoom(factor) {
    this.camera.zoom = Math.min(20, Math.max(0.3, this.camera.zoom * factor));
    this.paint();
  }

  stepDay(step) {
    const day = this.part("day");
    day.value = String(Math.min(this.days.length - 1, Math.max(0, Number(day.value) + step)));
    this.load();
  }

  play() {
    const button = this.part("play");
    if (this.timer) { clearInterval(this.timer); this.timer = null; }
    else {
      if (Number(this.part("day").value) === this.days.length - 1) this.part("day").value = "0";
      this.load();
      this.timer = setInterval(() => {
        if (Number(this.part("day").value) < this.days.length - 1) this.stepDay(1);
        if (Number(this.part("day").value) === this.days.length - 1) { clearInterval(this.timer); this.timer = null; this.sayPlay(); }
      }, 650);
    }
    this.sayPlay();
    button.focus();
  }

  sayPlay() {
    this.part("play").textContent = this.timer ? "❚❚" : "▶";
    this.part("play").setAttribute("aria-label", this.timer ? "Pause" : "Play the days");
  }

  // ---- states ----------------------------------------------------------------------------------------------------

  get day() { return this.days[Number(this.part("day").value)]; }
  get fieldKey() { return this.part("field").value; }
  get field() { return this.meta.fields.find((each) => each.key === this.fieldKey) || null; }
  get arms() { return [this.part("left"), this.part("right")].map((select) => Number(select.value)); }

  /** Arm and day whose state an arm shows: before its first day that of an arm without its cement. */
  stateOf(arm) {
    const { arms } = this.meta;
    const { days, name } = arms[arm];
    if (name !== "intact" && this.day < days[0]) {
      const other = arms.findIndex((each) => each.name !== "intact" && each.days[0] <= this.day && (each.injected === null || each.injected > this.day));
      if (other >= 0) return this.stateOf(other);
    }
    return [arm, days.filter((each) => each <= this.day).pop() ?? days[0]];
  }

  async load() {
    const ticket = ++this.ticket;
    this.busy = true;
    const { arms } = this;
    this.part("day").setAttribute("aria-valuetext", `day ${this.day}`);
    this.part("day-name").textContent = `day ${this.day}`;
    let states;
    try {
      states = await Promise.all(arms.map((arm) => (arm < 0 ? null : readState(this.source, ...this.stateOf(arm), this.fieldKey))));
    } catch (error) {
      this.busy = false;
      this.say(String(error.message || error));
      return;
    }
    if (ticket !== this.ticket) return; // a later choice is on its way
    this.busy = false;
    this.shown = states;
    this.rebuild();
  }

  setRange() {
    const field = this.field;
    const mode = this.part("scale");
    if (!field) return;
    if (mode.value !== "own") mode.dataset.last = mode.value;
    if (mode.value === "own" && mode.dataset.field === field.key) return;
    if (mode.value === "own") mode.value = mode.dataset.last || "result";
    mode.dataset.field = field.key;
  }

  /** Ends of the colours: those of the result, of what is shown on this day, or one's own. */
  ends() {
    const field = this.field;
    if (!field) return [0, 1];
    const mode = this.part("scale").value;
    if (mode === "own") {
      const [low, high] = ["low", "high"].map((part) => Number(this.part(part).value));
      return high > low && (low > 0 || field.scale !== "log") ? [low, high] : [field.low, field.high];
    }
    if (mode === "day") {
      let [low, high] = [Infinity, -Infinity];
      for (const state of this.shown) {
        if (!state) continue;
        const values = state.values.get(field.key);
        const seen = this.seenVertices();
        for (let i = 0; i < values.length; i++) if (seen[i]) { low = Math.min(low, values[i]); high = Math.max(high, values[i]); }
      }
      return high > low ? [low, high] : [low, low + 1];
    }
    return [field.low, field.high];
  }

  /** Vertices of the regions that are shown. */
  seenVertices() {
    const out = new Uint8Array(this.meta.counts.vertices);
    for (let cell = 0; cell < this.body.count; cell++)
      if (this.isSeen(cell)) for (let i = 0; i < 4; i++) out[this.body.cells[4 * cell + i]] = 1;
    return out;
  }

  isSeen(cell) {
    if (this.isCap[cell]) return this.part("caps").checked;
    return !(this.isShell[cell] && this.part("shell").value === "hidden");
  }

  // ---- from states to triangles ----------------------------------------------------------------------------------

  rebuild() {
    if (!this.body) return;
    for (const meshes of this.meshes) if (meshes) this.painter.free(meshes.all);
    this.range = this.ends();
    this.meshes = this.shown.map((state) => (state ? this.build(state) : null));
    this.showBar();
    this.paint();
    this.root.dataset.drawn = `${this.arms.join()}-${this.day}-${this.fieldKey}`;
    this.root.dataset.triangles = String(this.meshes.reduce((sum, each) => sum + (each ? each.triangles.kind.length : 0), 0));
  }

  visibleCells(state) {
    const least = Number(this.part("threshold").value) / 100;
    const used = state.values.get("utilisation");
    this.part("threshold-value").textContent = least > 0 ? `≥ ${digits(least)}` : "off";
    const veiled = this.part("shell").value === "veil";
    return Uint8Array.from({ length: this.body.count }, (_, cell) => {
      if (!this.isSeen(cell) || (veiled && this.isShell[cell])) return 0;
      if (!(least > 0) || !used) return 1;
      let sum = 0;
      for (let i = 0; i < 4; i++) sum += used[this.body.cells[4 * cell + i]];
      return sum / 4 >= least ? 1 : 0;
    });
  }

  build(state) {
    const { body, painter } = this;
    const factor = Number(this.part("deform").value);
    this.part("deform-value").textContent = factor ? `× ${factor}` : "off";
    const points = drawnPoints(state, factor);
    const values = this.field ? state.values.get(this.field.key) : new Float32Array(this.meta.counts.vertices);
    const visible = this.visibleCells(state);
    const ownScale = this.part("shell").value === "own";
    const kind = (cell) => (ownScale && this.isShell[cell] ? 1 : 0);
    const triangles = new Triangles();
    addFaces(triangles, body, points, values, skin(body, visible, () => true), kind);
    const parts = [{ skip: -1, shade: 1, from: 0, to: triangles.kind.length }];
    const cement = this.cementCells(state);
    const cementLines = [];
    const planes = this.cuttingPlanes();
    for (let axis = 0; axis < 3; axis++) {
      if (!planes.cutting[axis]) continue;
      const from = triangles.kind.length;
      cut(triangles, body, points, values, visible, axis, planes.planes[axis], kind, this.part("cement").checked && cement ? (cell, hits) => this.borderOf(cement, cell, hits, cementLines) : null);
      parts.push({ skip: axis, shade: 0, from, to: triangles.kind.length });
    }
    const colours = this.fieldKey === "tissue" ? this.mixedColours(state, triangles) : null;
    const lists = { band: [], weakest: [] };
    if (this.part("band").checked) isoline(lists.band, triangles, 0, body, state.band, 0.5);
    if (this.part("weakest").checked && state.weakest) isoline(lists.weakest, triangles, 0, body, state.weakest, 0);
    const made = { triangles, points, state };
    made.parts = parts.map((part) => ({ ...part, mesh: painter.mesh(slice(triangles, part), colours && colours.subarray(9 * part.from, 9 * part.to)) }));
    made.veil = this.veil(state, points, values, visible);
    made.cement = painter.segments(cementLines);
    made.band = painter.segments(lists.band);
    made.weakest = painter.segments(lists.weakest);
    made.all = [...made.parts.map((part) => part.mesh), made.cement, made.band, made.weakest, ...(made.veil ? [made.veil] : [])];
    return made;
  }

  /** The translucent body around what a threshold or a veiled shell leaves. */
  veil(state, points, values, visible) {
    const least = Number(this.part("threshold").value) > 0;
    const veiled = this.part("shell").value === "veil";
    if (!least && !veiled) return null;
    const whole = Uint8Array.from({ length: this.body.count }, (_, cell) => (this.isCap[cell] ? this.part("caps").checked : 1));
    const triangles = new Triangles();
    addFaces(triangles, this.body, points, values, skin(this.body, whole, (cell) => least || this.isShell[cell]), () => 0);
    return this.painter.mesh(triangles);
  }

  cementCells(state) {
    if (!state.tissue) return null;
    const from = this.meta.tissues.indexOf("cement") * this.meta.counts.vertices;
    let any = false;
    const out = Uint8Array.from({ length: this.body.count }, (_, cell) => {
      let sum = 0;
      for (let i = 0; i < 4; i++) sum += state.tissue[from + this.body.cells[4 * cell + i]];
      const filled = sum > 2 * 255;
      any = any || filled;
      return filled ? 1 : 0;
    });
    return any ? out : null;
  }

  /** Pieces of the border of the cement in a cut cell: where the plane leaves it through a face to a cell without. */
  borderOf(cement, cell, hits, out) {
    if (!cement[cell]) return;
    for (let face = 0; face < 4; face++) {
      const other = this.body.neighbours[4 * cell + face];
      if (other >= 0 && cement[other]) continue;
      const ends = hits.filter((hit) => hit.a !== face && hit.b !== face);
      if (ends.length === 2) out.push(...ends[0].at, ...ends[1].at);
    }
  }

  mixedColours(state, triangles) {
    const { vertices } = this.meta.counts;
    const names = this.meta.tissues;
    const mixed = (vertex) => {
      const colour = [0, 0, 0];
      let sum = 0;
      for (let t = 0; t < names.length; t++) {
        const share = state.tissue[t * vertices + vertex] / 255;
        sum += share;
        for (let i = 0; i < 3; i++) colour[i] += (share * TISSUE_COLOURS[names[t]][i]) / 255;
      }
      return sum > 0.05 ? colour.map((x) => x / sum) : [0.8, 0.82, 0.85];
    };
    const known = new Map();
    const out = new Float32Array(9 * triangles.kind.length);
    for (let i = 0; i < triangles.vertex.length / 3; i++) {
      const [va, vb, share] = triangles.vertex.slice(3 * i, 3 * i + 3);
      for (const vertex of [va, vb]) if (!known.has(vertex)) known.set(vertex, mixed(vertex));
      const [a, b] = [known.get(va), known.get(vb)];
      for (let j = 0; j < 3; j++) out[3 * i + j] = a[j] + share * (b[j] - a[j]);
    }
    return out;
  }

  cuttingPlanes() {
    const planes = [0, 0, 0], sides = [1, 1, 1], cutting = [0, 0, 0];
    AXES.forEach((name, axis) => {
      cutting[axis] = this.part(`${name}-on`).checked ? 1 : 0;
      planes[axis] = Number(this.part(`${name}-at`).value);
      sides[axis] = this.part(`${name}-side`).checked ? -1 : 1;
      this.part(`${name}-value`).textContent = `${this.part(`${name}-at`).value} mm`;
    });
    return { planes, sides, cutting };
  }

  // ---- pictures --------------------------------------------------------------------------------------------------

  fitCamera() {
    const [low, high] = [[Infinity, Infinity, Infinity], [-Infinity, -Infinity, -Infinity]];
    for (const state of this.shown) {
      if (!state) continue;
      for (let cell = 0; cell < this.body.count; cell++) {
        if (this.isCap[cell]) continue;
        for (let i = 0; i < 4; i++) {
          const node = this.body.node[this.body.cells[4 * cell + i]];
          for (let axis = 0; axis < 3; axis++) {
            low[axis] = Math.min(low[axis], state.nodes[3 * node + axis]);
            high[axis] = Math.max(high[axis], state.nodes[3 * node + axis]);
          }
        }
      }
    }
    this.bone = [low, high];
    this.camera.middle = low.map((x, i) => 0.5 * (x + high[i]));
    this.camera.reach = 0.5 * Math.hypot(...low.map((x, i) => high[i] - x));
    this.camera.fit = 0.8 * this.camera.reach;
    this.paint();
  }

  resize() {
    const stage = this.part("stage");
    const canvas = this.part("canvas");
    const over = this.part("over");
    const ratio = Math.min(devicePixelRatio || 1, 2);
    for (const each of [canvas, over]) {
      each.width = Math.max(2, Math.round(stage.clientWidth * ratio));
      each.height = Math.max(2, Math.round(stage.clientHeight * ratio));
    }
    this.paint();
  }

  ports() {
    const { width, height } = this.part("canvas");
    if (this.arms[1] < 0) return [{ x: 0, y: 0, width, height }];
    if (height > width) return [0, 1].map((i) => ({ x: 0, y: Math.round((i * height) / 2), width, height: Math.round(height / 2) }));
    return [0, 1].map((i) => ({ x: Math.round((i * width) / 2), y: 0, width: Math.round(width / 2), height }));
  }

  paint() {
    if (!this.camera || this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.paintNow(); });
  }

  paintNow() {
    const { painter } = this;
    const style = getComputedStyle(this.root);
    const background = style.getPropertyValue("--stage").trim();
    const rgb = [1, 3, 5].map((i) => parseInt(background.slice(i, i + 2), 16) / 255);
    painter.begin(rgb);
    const over = this.part("over").getContext("2d");
    over.clearRect(0, 0, over.canvas.width, over.canvas.height);
    const ink = style.getPropertyValue("--ink").trim();
    const field = this.field;
    const dark = rgb[0] + rgb[1] + rgb[2] < 1.5;
    this.ports().forEach((port, i) => {
      const made = this.meshes[i];
      if (!made) return;
      painter.port(port);
      const look = {
        ...this.cuttingPlanes(), view: this.camera.matrix(port), range: this.range,
        shellRange: [this.range[0], field ? Math.max(field.shell, this.range[1]) : 1],
        logarithmic: field && field.scale === "log" ? 1 : 0, mixing: field ? 0 : 1,
        towards: this.camera.axes().towards, over: OVER,
      };
      for (const part of made.parts) painter.drawMesh(part.mesh, look, { skip: part.skip, shade: part.shade });
      const width = 1.1 * Math.min(devicePixelRatio || 1, 2);
      painter.drawLines(made.cement, look, OUTLINES.cement, 2.1 * width);
      painter.drawLines(made.cement, look, [0, 0, 0], 0.8 * width, 0.003);
      painter.drawLines(made.band, look, OUTLINES.band, 0.9 * width);
      painter.drawLines(made.weakest, look, OUTLINES.weakest, 1.5 * width);
      if (made.veil) painter.drawMesh(made.veil, look, { opacity: dark ? 0.16 : 0.13, shade: 1, plain: dark ? [0.75, 0.8, 0.86] : [0.25, 0.3, 0.36] });
      this.write(over, port, made, ink, background);
    });
  }

  /** Name, letters and scale bar over a view. */
  write(over, port, made, ink, halo) {
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const arm = this.meta.arms[this.arms[this.meshes.indexOf(made)]];
    const as = this.meta.arms[made.state.arm].name;
    over.fillStyle = over.strokeStyle = ink;
    over.textBaseline = "top";
    over.font = `600 ${14 * ratio}px system-ui, sans-serif`;
    over.textAlign = "left";
    over.fillText(arm.name, port.x + 10 * ratio, port.y + 8 * ratio, port.width - 20 * ratio);
    over.font = `${12 * ratio}px system-ui, sans-serif`;
    const note = as === arm.name ? "" : `, as ${as}`;
    over.fillText(`day ${made.state.day}${note}`, port.x + 10 * ratio, port.y + 26 * ratio, port.width - 20 * ratio);
    const [low, high] = this.bone || this.meta.box;
    const middle = low.map((x, i) => 0.5 * (x + high[i]));
    const { towards } = this.camera.axes();
    over.font = `600 ${13 * ratio}px system-ui, sans-serif`;
    over.textAlign = "center";
    over.textBaseline = "middle";
    for (const [letter, axis] of LETTERS) {
      if (Math.abs(axis.reduce((sum, x, i) => sum + x * towards[i], 0)) > 0.93) continue;
      const end = middle.map((x, i) => x + axis[i] * (0.5 * (high[i] - low[i]) + 6));
      const [x, y] = this.camera.project(port, end);
      const inside = x > port.x + 8 && x < port.x + port.width - 8 && y > port.y + 8 && y < port.y + port.height - 8;
      if (!inside) continue;
      over.strokeStyle = halo;
      over.lineWidth = 4 * ratio;
      over.lineJoin = "round";
      over.strokeText(letter, x, y);
      over.fillText(letter, x, y);
    }
    const pixel = (2 * this.camera.half(port)) / port.height; // mm
    const wanted = 0.22 * port.width * pixel;
    const length = [1, 2, 5, 10, 20, 50, 100].filter((each) => each <= wanted).pop() || 1;
    const [x, y] = [port.x + 12 * ratio, port.y + port.height - 14 * ratio];
    over.strokeStyle = ink;
    over.lineWidth = 2 * ratio;
    over.beginPath();
    over.moveTo(x, y); over.lineTo(x + length / pixel, y);
    for (const end of [x, x + length / pixel]) { over.moveTo(end, y - 4 * ratio); over.lineTo(end, y + 4 * ratio); }
    over.stroke();
    over.font = `${12 * ratio}px system-ui, sans-serif`;
    over.textAlign = "left";
    over.fillText(`${length} mm`, x + length / pixel + 7 * ratio, y);
  }

  showBar() {
    const bar = this.part("bar");
    const field = this.field;
    this.part("tissue-key").hidden = Boolean(field);
    bar.hidden = !field;
    const own = Boolean(field) && this.part("shell").value === "own" && field.shell > 1.2 * this.range[1];
    this.part("shell-bar").hidden = !own;
    if (!field) return;
    const [low, high] = this.range;
    const unit = field.unit ? ` [${field.unit}]` : "";
    this.part("bar-name").textContent = `${field.label}${unit}${field.loaded ? ` at ${digits(this.meta.load_N)} N` : ""}${field.scale === "log" ? ", logarithmic" : ""}`;
    this.ticks(this.part("bar-ticks"), low, high, field.scale === "log");
    Object.assign(bar.dataset, { low: String(low), high: String(high), field: field.key });
    this.part("low").value = String(Number(low.toPrecision(4)));
    this.part("high").value = String(Number(high.toPrecision(4)));
    this.part("over-note").textContent = field.key === "utilisation" ? "red: above the scale, the tissue yields where it is above 1" : "red: above the scale";
    if (own) {
      this.part("shell-name").textContent = `in shell and endplates${unit}`;
      this.ticks(this.part("shell-ticks"), low, Math.max(field.shell, high), field.scale === "log");
    }
  }

  ticks(holder, low, high, logarithmic) {
    holder.replaceChildren();
    for (const value of logarithmic ? decades(low, high) : [0, 1, 2, 3, 4].map((i) => low + ((high - low) * i) / 4)) {
      const share = logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
      const tick = document.createElement("span");
      tick.textContent = digits(value);
      tick.style.left = `${100 * share}%`;
      tick.style.transform = `translateX(${-100 * share}%)`;
      holder.append(tick);
    }
  }

  // ---- probe -----------------------------------------------------------------------------------------------------

  probeLater(event) {
    this.hover = event;
    if (this.hovering) return;
    this.hovering = true;
    requestAnimationFrame(() => { this.hovering = false; this.probeAt(this.hover); });
  }

  probeAt(event) {
    const rect = this.part("canvas").getBoundingClientRect();
    const { width, height } = this.part("canvas");
    this.probe(((event.clientX - rect.left) * width) / rect.width, ((event.clientY - rect.top) * height) / rect.height);
  }

  probeMiddle() {
    const port = this.ports()[0];
    this.probe(port.x + port.width / 2, port.y + port.height / 2);
  }

  /** Value of the nearest triangle under a point of the canvas. */
  probe(x, y) {
    const at = this.ports().findIndex((port) => x >= port.x && x < port.x + port.width && y >= port.y && y < port.y + port.height);
    const made = this.meshes[at];
    if (!made) return;
    const port = this.ports()[at];
    const m = this.camera.matrix(port);
    const [px, py] = [((x - port.x) / port.width) * 2 - 1, 1 - ((y - port.y) / port.height) * 2];
    const look = this.cuttingPlanes();
    const { position, value, kind, cell } = made.triangles;
    let best = null;
    for (const part of made.parts)
      for (let t = part.from; t < part.to; t++) {
        const p = [0, 1, 2].map((i) => {
          const [a, b, c] = [position[9 * t + 3 * i], position[9 * t + 3 * i + 1], position[9 * t + 3 * i + 2]];
          return [m[0] * a + m[4] * b + m[8] * c + m[12], m[1] * a + m[5] * b + m[9] * c + m[13], m[2] * a + m[6] * b + m[10] * c + m[14]];
        });
        const area = (p[1][0] - p[0][0]) * (p[2][1] - p[0][1]) - (p[2][0] - p[0][0]) * (p[1][1] - p[0][1]);
        if (Math.abs(area) < 1e-14) continue;
        const w1 = ((px - p[0][0]) * (p[2][1] - p[0][1]) - (p[2][0] - p[0][0]) * (py - p[0][1])) / area;
        const w2 = ((p[1][0] - p[0][0]) * (py - p[0][1]) - (px - p[0][0]) * (p[1][1] - p[0][1])) / area;
        if (w1 < 0 || w2 < 0 || w1 + w2 > 1) continue;
        const w = [1 - w1 - w2, w1, w2];
        const depth = w.reduce((sum, share, i) => sum + share * p[i][2], 0);
        if (best && depth >= best.depth) continue;
        const place = [0, 1, 2].map((axis) => w.reduce((sum, share, i) => sum + share * position[9 * t + 3 * i + axis], 0));
        if ([0, 1, 2].some((axis) => look.cutting[axis] && axis !== part.skip && look.sides[axis] * (place[axis] - look.planes[axis]) > 1e-4)) continue;
        best = { depth, place, t, value: w.reduce((sum, share, i) => sum + share * value[3 * t + i], 0), w };
      }
    if (!best) { this.say("Point at the body to read a value."); return; }
    const region = this.meta.regions[this.body.region[cell[best.t]]];
    const where = `x ${best.place[0].toFixed(1)}, y ${best.place[1].toFixed(1)}, z ${best.place[2].toFixed(1)} mm, ${region}`;
    const arm = this.meta.arms[made.state.arm].name;
    const field = this.field;
    const what = field ? `${field.label} ${digits(best.value)}${field.unit ? ` ${field.unit}` : ""}` : this.tissueWords(made, best);
    this.say(`${what} · ${arm}, day ${made.state.day} · ${where}`);
    this.root.dataset.probe = String(best.value);
  }

  tissueWords(made, { t, w }) {
    const { vertex } = made.triangles;
    const { vertices } = this.meta.counts;
    const shares = this.meta.tissues.map((name, tissue) => {
      let sum = 0;
      for (let i = 0; i < 3; i++) {
        const [va, vb, share] = vertex.slice(3 * (3 * t + i), 3 * (3 * t + i) + 3);
        const [a, b] = [va, vb].map((v) => made.state.tissue[tissue * vertices + v] / 255);
        sum += w[i] * (a + share * (b - a));
      }
      return [name, sum];
    });
    const words = shares.filter(([, share]) => share > 0.005).sort((a, b) => b[1] - a[1]).map(([name, share]) => `${name} ${Math.round(100 * share)} %`);
    return words.join(", ") || "no tissue";
  }

  say(text) {
    this.part("probe").textContent = text;
  }
}

/** Ends of a logarithmic scale and the powers of ten between them that have room for their names. */
function decades(low, high) {
  const out = [low];
  for (let power = Math.ceil(Math.log10(low)); 10 ** power < high; power++) {
    const share = Math.log(10 ** power / low) / Math.log(high / low);
    if (share > 0.13 && share < 0.87) out.push(10 ** power);
  }
  return [...out, high];
}

/** Part of triangles that is drawn together. */
function slice(triangles, { from, to }) {
  return { position: triangles.position.slice(9 * from, 9 * to), value: triangles.value.slice(3 * from, 3 * to), kind: triangles.kind.slice(from, to) };
}

async function startScene() {
  const root = document.getElementById("scene-root");
  if (!root) return;
  try {
    const meta = JSON.parse(document.getElementById("scene-meta").textContent);
    const scene = new Scene(root, meta);
    root.scene = scene;
    await scene.start();
    root.querySelector('[data-part="failed"]').hidden = true;
  } catch (error) {
    const failed = root.querySelector('[data-part="failed"]');
    failed.hidden = false;
    failed.textContent = `The scene cannot be drawn here (${error.message}). It needs a browser with WebGL2; curves, tables and slices on this page need none.`;
    root.dataset.ready = "failed";
  }
}

startScene();
