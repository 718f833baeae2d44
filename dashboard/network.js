// The network component: draws what Python laid out, and tells it what was clicked.
//
// Text from files is only ever drawn on the canvas, set as textContent, or escaped into SVG.
// Clicks go out as triggers: a second click on the same element is news too.

const SHAPES = {
  person: 'ellipse', state: 'round-rectangle', organisation: 'hexagon', delegation: 'diamond',
  group: 'round-triangle', role: 'pentagon',
};
const KINDS = ['credit', 'discredit', 'together', 'bond', 'domination', 'represents', 'other'];
const TIES = {
  credit: { says: 'credit', line: 'solid', arrow: 'triangle' },
  discredit: { says: 'discredit', line: 'dashed', arrow: 'tee' },
  together: { says: 'encounters together', line: 'solid', arrow: 'none' },
  bond: { says: 'bond', line: 'solid', arrow: 'circle', both: true },
  domination: { says: 'domination', line: 'solid', arrow: 'diamond' },
  represents: { says: 'acts for', line: 'dotted', arrow: 'vee' },
  other: { says: 'tie', line: 'solid', arrow: 'triangle' },
};
const LIGHT = {
  credit: '#0b6e4f', discredit: '#b3261e', together: '#8a8f98', bond: '#1f5fa8',
  domination: '#7a3e9d', represents: '#6b7280', other: '#6b7280', node: '#4a7ebb', state: '#23395d',
  centre: '#111827',
};
const DARK = {
  credit: '#4fd1a5', discredit: '#ff7b61', together: '#8b929c', bond: '#7fb2f0',
  domination: '#cf9df2', represents: '#a3aab5', other: '#a3aab5', node: '#5b8fd6', state: '#a9bde0',
  centre: '#ffffff',
};
const COUNTED = {
  credit: ['credit', 'credits'], discredit: ['discredit', 'discredits'], bond: ['bond', 'bonds'],
  domination: ['domination', 'dominations'], other: ['tie', 'ties'],
};
const known = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  let view = known.get(parentElement);
  if (!view) {
    view = new View(parentElement);
    known.set(parentElement, view);
  }
  view.tell = (event) => setTriggerValue('event', event);
  whenThere(() => view.show(data));
  return () => {
    view.stop();
    if (view.watching) view.watching.disconnect();
    if (view.cy) view.cy.destroy();
    known.delete(parentElement);
  };
}

function whenThere(go, tries = 0) {
  if (globalThis.cytoscape) go();
  else if (tries < 400) setTimeout(() => whenThere(go, tries + 1), 25);
}

class View {
  constructor(root) {
    this.root = root;
    this.moved = {};
    this.at = (name) => root.querySelector(`[data-part=${name}]`);
    for (const [name, run] of Object.entries({
      fit: () => this.cy.animate({ fit: { padding: 14 } }, { duration: 150 }),
      nearer: () => this.zoom(1.25),
      farther: () => this.zoom(0.8),
      png: () => this.png(),
      svg: () => save('network.svg', new Blob([this.svg()], { type: 'image/svg+xml' })),
      play: () => this.play(),
    })) this.at(name).onclick = run;
    for (const name of ['from', 'to']) {
      this.at(name).oninput = () => this.slide(name);
      this.at(name).onchange = () => this.settled();
    }
  }

  // -- what is drawn ------------------------------------------------------------------------------

  show(data) {
    const stage = this.at('stage');
    stage.style.height = `${data.height}px`;
    this.data = data;
    this.look = this.colours(data.dark);
    const signature = JSON.stringify([data.nodes.map((n) => n.id), data.ties.map((t) => t.id)]);
    if (!this.cy) {
      this.cy = globalThis.cytoscape({
        container: stage, elements: [], layout: { name: 'preset' }, minZoom: 0.15, maxZoom: 4,
        wheelSensitivity: 0.3, boxSelectionEnabled: false, autounselectify: true,
      });
      this.listen(stage);
    }
    this.cy.style(this.rules());
    if (signature !== this.signature) {
      this.signature = signature;
      this.cy.batch(() => {
        this.cy.elements().remove();
        this.cy.add(this.elements());
      });
      this.years();
      this.legend();
      this.cy.resize();
      this.cy.fit(undefined, 14);
      if (this.cy.zoom() > 1.5) { this.cy.zoom(1.5); this.cy.center(); }
      this.names();
    }
    this.choose(data.selected || '', false);
    this.filter();
    if (!this.watching) {
      this.watching = new ResizeObserver(() => { this.cy.resize(); });
      this.watching.observe(stage);
    }
  }

  // Names are drawn about as large whatever the picture is scaled to, and count in its bounds.
  names() {
    for (let turn = 0; turn < 2; turn += 1) {
      const size = Math.min(24, Math.max(8, 11 / this.cy.zoom()));
      this.cy.nodes().style({ 'font-size': size, 'text-max-width': Math.max(118, 6.5 * size) });
      this.cy.nodes('[?centre]').style('font-size', 1.15 * size);
      this.cy.edges().style('font-size', 0.85 * size);
      this.size = size;
      if (turn === 0) {
        this.cy.fit(undefined, 14);
        if (this.cy.zoom() > 1.5) { this.cy.zoom(1.5); this.cy.center(); }
      }
    }
  }

  elements() {
    const nodes = this.data.nodes.map((n) => ({
      group: 'nodes', data: { ...n, size: 22 + 7 * Math.log2(1 + (n.met || 0)) },
      position: this.moved[n.id] || { x: n.x, y: n.y },
    }));
    const ties = this.data.ties.map((t) => ({
      group: 'edges', data: { ...t, source: t.a, target: t.b, n: t.years.length },
    }));
    return [...nodes, ...ties];
  }

  colours(dark) {
    const host = getComputedStyle(this.root.host || this.root);
    const told = (name, otherwise) => host.getPropertyValue(name).trim() || otherwise;
    return {
      ...(dark ? DARK : LIGHT),
      ink: told('--st-text-color', dark ? '#fafafa' : '#1f2933'),
      ground: told('--st-background-color', dark ? '#0e1117' : '#ffffff'),
      font: told('--st-font', 'sans-serif').replace(/['"]/g, ''),
    };
  }

  rules() {
    const c = this.look;
    const made = [
      { selector: 'node', style: {
        label: 'data(label)', color: c.ink, 'font-size': 12, 'font-family': c.font,
        'text-wrap': 'wrap', 'text-max-width': 120, 'text-valign': 'bottom', 'text-margin-y': 4,
        'text-outline-color': c.ground, 'text-outline-width': 2, width: 'data(size)',
        height: 'data(size)', 'background-color': c.node, 'border-width': 1.5,
        'border-color': c.ground, 'min-zoomed-font-size': 6, shape: 'ellipse' } },
      ...Object.entries(SHAPES).map(([kind, shape]) => (
        { selector: `node[kind = "${kind}"]`, style: { shape } })),
      { selector: 'node[kind = "state"], node[kind = "organisation"]', style: {
        'background-color': c.state } },
      { selector: 'node[?centre]', style: {
        'border-width': 3, 'border-color': c.centre, 'font-weight': 'bold', 'font-size': 14 } },
      { selector: 'edge', style: {
        'curve-style': 'bezier', 'control-point-step-size': 26, width: 1.6, opacity: 0.9,
        'font-size': 10, 'font-family': c.font, color: c.ink, 'text-background-color': c.ground,
        'text-background-opacity': 0.85, 'text-background-padding': 2, 'text-rotation': 'autorotate',
        'arrow-scale': 1.05, 'text-max-width': 160, 'text-wrap': 'ellipsis', 'loop-sweep': '40deg' } },
    ];
    for (const [kind, tie] of Object.entries(TIES)) {
      made.push({ selector: `edge[kind = "${kind}"]`, style: {
        'line-color': c[kind], 'line-style': tie.line, 'target-arrow-shape': tie.arrow,
        'target-arrow-color': c[kind], 'source-arrow-color': c[kind],
        'source-arrow-shape': tie.both ? tie.arrow : 'none' } });
    }
    made.push(
      { selector: 'edge[kind = "together"]', style: { opacity: 0.75, width: 'data(width)' } },
      { selector: 'edge[kind = "bond"]', style: { width: 3 } },
      { selector: 'edge[?contested]', style: { 'line-style': 'dashed', 'line-dash-pattern': [2, 3] } },
      { selector: 'edge[kind = "discredit"][?contested]', style: { 'line-dash-pattern': [8, 3, 2, 3] } },
      { selector: 'edge.many', style: { width: 'data(width)' } },
      { selector: 'edge.rest, edge.bears.near', style: {
        label: 'data(pair)', 'text-wrap': 'wrap', 'text-rotation': 'none', 'z-index': 5 } },
      { selector: 'edge.hushed', style: { label: '' } },
      { selector: 'edge.hover, edge.sel', style: {
        label: 'data(shown)', 'text-rotation': 'autorotate', 'text-background-opacity': 1, 'z-compound-depth': 'top' } },
      { selector: '.dim', style: { opacity: 0.16 } },
      { selector: 'node.dim', style: { 'text-opacity': 0.35, opacity: 0.3 } },
      { selector: '.gone', style: { display: 'none' } },
      { selector: 'node.alone', style: { opacity: 0.35 } },
      { selector: 'node.sel', style: { 'border-width': 4, 'border-color': c.centre } },
      { selector: 'edge.sel', style: { width: 5, opacity: 1 } },
    );
    return made;
  }

  legend() {
    const box = this.at('legend');
    box.replaceChildren();
    const kinds = new Set(this.data.nodes.map((n) => n.kind));
    for (const kind of Object.keys(SHAPES)) {
      if (kinds.has(kind)) box.append(entry(shapeOf(kind, this.look), kind));
    }
    const ties = new Set(this.data.ties.map((t) => t.kind));
    for (const kind of KINDS) {
      if (ties.has(kind)) box.append(entry(lineOf(kind, this.look), TIES[kind].says));
    }
    if (this.data.ties.some((t) => t.contested)) {
      box.append(entry(svgOf(`<line x1="1" y1="8" x2="29" y2="8" stroke="${this.look.ink}"
        stroke-width="2" stroke-dasharray="2 3"/>`), 'finely broken: contested'));
    }
    if (this.data.ties.some((t) => COUNTED[t.kind])) {
      const told = document.createElement('span');
      told.className = 'told';
      told.textContent = 'Labels count all acts between two; point at a line, or choose it, for what it is.';
      box.append(told);
    }
  }

  // -- time ---------------------------------------------------------------------------------------

  years() {
    const all = this.data.ties.flatMap((t) => t.years.filter(Boolean).flat());
    const first = Math.min(...all), last = Math.max(...all);
    this.span = all.length && last > first ? [first, last] : null;
    this.at('time').hidden = !this.span;
    if (!this.span) return;
    const told = this.data.window || this.span;
    const inside = (y) => Math.min(Math.max(y, first), last);
    for (const [name, value] of [['from', inside(told[0])], ['to', inside(told[1])]]) {
      Object.assign(this.at(name), { min: first, max: last, step: 1 });
      this.at(name).value = value;
    }
  }

  window() {
    return this.span ? [Number(this.at('from').value), Number(this.at('to').value)] : null;
  }

  slide(moved) {
    const [from, to] = this.window();
    if (from > to) this.at(moved === 'from' ? 'to' : 'from').value = moved === 'from' ? from : to;
    this.filter();
  }

  settled() {
    const now = this.window();
    const whole = now[0] === this.span[0] && now[1] === this.span[1];
    this.tell({ type: 'window', window: whole ? null : now, at: Date.now() });
  }

  play() {
    if (this.playing) { this.stop(); this.settled(); return; }
    const [first, last] = this.span;
    const pause = Math.max(150, Math.min(900, 12000 / (last - first)));
    let year = Number(this.at('to').value) >= last ? Number(this.at('from').value)
      : Number(this.at('to').value);
    this.at('play').textContent = '❚❚';
    this.at('play').setAttribute('aria-label', 'Pause');
    this.playing = setInterval(() => {
      this.at('to').value = year;
      this.filter();
      if (year >= last) { this.stop(); this.settled(); } else year += 1;
    }, pause);
  }

  stop() {
    clearInterval(this.playing);
    this.playing = null;
    this.at('play').textContent = '▶';
    this.at('play').setAttribute('aria-label', 'Play: the window grows year by year');
  }

  filter() {
    const span = this.window();
    const whole = !span || (span[0] === this.span[0] && span[1] === this.span[1]);
    if (span) {
      this.at('span').textContent = span[0] === span[1] ? `${span[0]}` : `${span[0]} to ${span[1]}`;
    }
    let undated = 0;
    this.cy.batch(() => {
      this.cy.edges().forEach((edge) => {
        const years = edge.data('years');
        const left = whole ? years.length
          : years.filter((y) => !y || (y[0] <= span[1] && y[1] >= span[0])).length;
        undated += years.some((y) => !y) ? 1 : 0;
        const kind = edge.data('kind');
        const what = edge.data('what');
        const alone = kind !== 'together' && years.length === 1;
        edge.data('left', left);
        edge.data('width', kind === 'represents' ? 1.4
          : (kind === 'together' ? 1 : 2) + 1.1 * Math.log2(Math.max(left, 1)));
        edge.data('shown', alone ? [what, yearText(years[0])].filter(Boolean).join(' ')
          : kind === 'together' ? `${left} encounter${left === 1 ? '' : 's'}`
            : kind === 'represents' ? TIES[kind].says : `${left} × ${TIES[kind].says}`);
        edge.toggleClass('many', years.length > 1);
        edge.toggleClass('gone', left === 0);
      });
      this.cy.nodes().forEach((node) => {
        const held = node.connectedEdges().filter((e) => !e.hasClass('gone')).length;
        node.toggleClass('alone', held === 0 && !node.data('centre'));
      });
    });
    this.pairs();
    this.at('undated').textContent = !whole && undated
      ? `${undated} tie${undated === 1 ? '' : 's'} without a date shown throughout` : '';
  }

  // One label for each two actors, on the line nearest to the middle of their fan: labels of lines
  // side by side would stand on one another.
  pairs() {
    const fans = new Map();
    this.cy.edges().forEach((edge) => {
      edge.removeClass('bears rest');
      const two = [edge.data('a'), edge.data('b')].sort().join(' ');
      if (!edge.hasClass('gone')) fans.set(two, [...(fans.get(two) || []), edge]);
    });
    const taken = this.cy.nodes().map((node) => node.boundingBox({ includeLabels: true }));
    for (const fan of fans.values()) {
      const acts = fan.filter((edge) => COUNTED[edge.data('kind')]);
      if (acts.length) {
        const far = (edge) => Math.abs(fan.indexOf(edge) - (fan.length - 1) / 2);
        const bearer = acts.reduce((best, edge) => (far(edge) < far(best) ? edge : best));
        bearer.data('pair', acts.length === 1 ? bearer.data('shown') : summed(acts));
        bearer.addClass('bears');
        const told = acts.length > 2 || acts.some((edge) => edge.hasClass('many'));
        bearer.toggleClass('rest', told && this.room(bearer, taken));
      }
    }
  }

  // Whether its label stands on no name and no other label; else it waits until it is asked for.
  room(edge, taken) {
    const { x, y } = edge.midpoint();
    const lines = edge.data('pair').split('\n');
    const wide = 0.22 * this.size * Math.max(...lines.map((line) => line.length));
    const high = 0.48 * this.size * lines.length;
    const free = taken.every((b) => x + wide < b.x1 || x - wide > b.x2 || y + high < b.y1 || y - high > b.y2);
    if (free) taken.push({ x1: x - wide, x2: x + wide, y1: y - high, y2: y + high });
    return free;
  }

  // -- choosing -----------------------------------------------------------------------------------

  listen(stage) {
    const cy = this.cy;
    let last = ['', 0];
    cy.on('tap', 'node', (event) => {
      const id = event.target.id();
      // A second click at once opens; `dbltap` would come after the rerun of the first.
      if (last[0] === id && Date.now() - last[1] < 420) this.open(id);
      else { last = [id, Date.now()]; this.choose(id, true); }
    });
    cy.on('tap', 'edge', (event) => this.choose(event.target.id(), true));
    cy.on('tap', (event) => { if (event.target === cy) this.choose('', true); });
    cy.on('mouseover', 'node, edge', (event) => {
      event.target.addClass('hover');
      this.hush();
      stage.style.cursor = 'pointer';
    });
    cy.on('mouseout', 'node, edge', (event) => {
      event.target.removeClass('hover');
      this.hush();
      stage.style.cursor = '';
    });
    cy.on('dragfree', 'node', (event) => {
      this.moved[event.target.id()] = { ...event.target.position() };
    });
    stage.onkeydown = (event) => this.key(event);
  }

  choose(id, tell) {
    const cy = this.cy;
    const found = id ? cy.getElementById(id) : cy.collection();
    cy.batch(() => {
      cy.elements().removeClass('sel dim near');
      if (found.nonempty()) {
        const shown = found.isNode() ? found.closedNeighborhood() : found.union(found.connectedNodes());
        cy.elements().difference(shown).addClass('dim');
        found.addClass('sel');
        if (found.isNode()) found.connectedEdges().addClass('near');
      }
      this.hush();
    });
    this.chosen = found.nonempty() ? id : '';
    this.at('say').textContent = found.nonempty() ? this.says(found) : '';
    if (tell) this.tell({ type: 'choose', id: this.chosen, at: Date.now() });
  }

  // Where a line tells its own, the label of its fan is silent.
  hush() {
    this.cy.edges().removeClass('hushed');
    this.cy.edges('.hover, .sel').parallelEdges().addClass('hushed');
  }

  open(id) { this.tell({ type: 'open', id, at: Date.now() }); }

  says(found) {
    if (found.isEdge()) {
      const [a, b] = [found.source().data('label'), found.target().data('label')];
      return `${a}, ${TIES[found.data('kind')].says}, ${b}: ${found.data('shown') || ''}`;
    }
    const edges = found.connectedEdges().filter((e) => !e.hasClass('gone'));
    const n = (kind) => edges.filter((e) => e.data('kind') === kind).length;
    return [`${found.data('label')}, ${found.data('kind') || 'actor'}`,
      ...KINDS.filter(n).map((k) => `${n(k)} ${n(k) === 1 ? 'tie' : 'ties'} of ${TIES[k].says}`)].join('; ');
  }

  key(event) {
    const cy = this.cy;
    const turn = { ArrowRight: 0, ArrowDown: 90, ArrowLeft: 180, ArrowUp: 270 }[event.key];
    const here = this.focus && cy.getElementById(this.focus).nonempty() ? this.focus
      : (this.chosen && cy.getElementById(this.chosen).isNode() ? this.chosen : '');
    if (turn !== undefined) {
      this.walk(here, turn);
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (here) this.choose(here, true);
    } else if (event.key === '+' || event.key === '=') {
      if (here) this.open(here);
    } else if (event.key === 'Escape') {
      this.choose('', true);
    } else if (event.key === '0') {
      cy.fit(undefined, 14);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // The nearest node in a direction: along it counts once, across it twice.
  walk(id, turn) {
    const nodes = this.cy.nodes();
    if (!id) { this.step(nodes[0].id()); return; }
    const from = this.cy.getElementById(id).position();
    const [cos, sin] = [Math.cos(turn * Math.PI / 180), Math.sin(turn * Math.PI / 180)];
    let best = null, least = Infinity;
    nodes.forEach((node) => {
      const { x, y } = node.position();
      const along = (x - from.x) * cos + (y - from.y) * sin;
      const across = Math.abs(-(x - from.x) * sin + (y - from.y) * cos);
      if (node.id() !== id && along > 1 && along + 2 * across < least) {
        least = along + 2 * across; best = node;
      }
    });
    if (best) this.step(best.id());
  }

  step(id) {
    this.focus = id;
    this.choose(id, false);
    const box = this.cy.getElementById(id).renderedPosition();
    const [w, h] = [this.cy.width(), this.cy.height()];
    if (box.x < 20 || box.y < 20 || box.x > w - 20 || box.y > h - 20) {
      this.cy.animate({ center: { eles: this.cy.getElementById(id) } }, { duration: 120 });
    }
  }

  zoom(by) {
    this.cy.zoom({ level: this.cy.zoom() * by,
      renderedPosition: { x: this.cy.width() / 2, y: this.cy.height() / 2 } });
  }

  // -- files --------------------------------------------------------------------------------------

  png() {
    save('network.png', this.cy.png({ output: 'blob', full: true, scale: 2, bg: this.look.ground }));
  }

  svg() {
    const c = this.look;
    const box = this.cy.elements(':visible').boundingBox();
    const [x, y, w, h] = [box.x1 - 30, box.y1 - 30, box.w + 60, box.h + 60];
    const out = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="${x} ${y} ${w} ${h}" width="${Math.round(w)}" height="${Math.round(h)}" font-family="${xml(c.font)}, sans-serif">`,
      `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${c.ground}"/>`, '<defs>'];
    for (const kind of KINDS) out.push(marker(kind, c[kind], c.ground));
    out.push('</defs>');
    this.cy.edges(':visible').forEach((edge) => {
      const [s, t, bends] = [edge.sourceEndpoint(), edge.targetEndpoint(), edge.controlPoints()];
      const tie = TIES[edge.data('kind')], kind = edge.data('kind');
      const path = !bends || !bends.length ? `M ${s.x} ${s.y} L ${t.x} ${t.y}`
        : bends.length === 1 ? `M ${s.x} ${s.y} Q ${bends[0].x} ${bends[0].y} ${t.x} ${t.y}`
          : `M ${s.x} ${s.y} Q ${bends[0].x} ${bends[0].y} ${(bends[0].x + bends[1].x) / 2} ${(bends[0].y + bends[1].y) / 2} Q ${bends[1].x} ${bends[1].y} ${t.x} ${t.y}`;
      const dash = edge.data('contested') ? '2 3' : { solid: 'none', dashed: '6 4', dotted: '1.5 3' }[tie.line];
      const end = tie.arrow === 'none' ? '' : ` marker-end="url(#m-${kind})"${tie.both ? ` marker-start="url(#m-${kind})"` : ''}`;
      out.push(`<path d="${path}" fill="none" stroke="${c[kind]}" stroke-width="${edge.numericStyle('width')}" stroke-dasharray="${dash}" opacity="${edge.numericStyle('opacity')}"${end}><title>${xml(this.says(edge))}</title></path>`);
    });
    this.cy.nodes(':visible').forEach((node) => {
      const p = node.position(), r = node.width() / 2, kind = node.data('kind');
      const fill = kind === 'state' || kind === 'organisation' ? c.state : c.node;
      const line = node.data('centre') ? ` stroke="${c.centre}" stroke-width="3"` : ` stroke="${c.ground}" stroke-width="1.5"`;
      out.push(`<g opacity="${node.numericStyle('opacity')}">${drawn(kind, p.x, p.y, r, `fill="${fill}"${line}`)}`);
      const weight = node.data('centre') ? ' font-weight="bold"' : '';
      const size = node.numericStyle('font-size');
      const lines = wrapped(node.data('label'), 19).map((line, i) => (
        `<tspan x="${p.x}" dy="${i ? 1.15 * size : 0}">${xml(line)}</tspan>`)).join('');
      out.push(`<text x="${p.x}" y="${p.y + r + 1.2 * size}" font-size="${size}" text-anchor="middle" fill="${c.ink}"${weight} paint-order="stroke" stroke="${c.ground}" stroke-width="3"><title>${xml(node.data('label'))}</title>${lines}</text></g>`);
    });
    out.push('</svg>');
    return out.join('\n');
  }
}

// What some ties are, counted by kind, a line for each: `9 credits`, `1 discredit`.
function summed(acts) {
  const count = (kind) => acts.filter((edge) => edge.data('kind') === kind)
    .reduce((sum, edge) => sum + edge.data('left'), 0);
  return KINDS.filter((kind) => COUNTED[kind] && count(kind))
    .map((kind) => `${count(kind)} ${COUNTED[kind][count(kind) === 1 ? 0 : 1]}`).join('\n');
}

// A name in lines of about so many letters, broken between words.
function wrapped(text, letters) {
  const lines = [];
  for (const word of String(text).split(/\s+/)) {
    const last = lines.length - 1;
    if (last >= 0 && lines[last].length + word.length < letters) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

function yearText(years) {
  if (!years) return '';
  return years[0] === years[1] ? `${years[0]}` : `${years[0]}–${years[1]}`;
}

function xml(text) {
  return String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
}

function save(name, blob) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 5000);
}

function polygon(x, y, r, sides, from) {
  return Array.from({ length: sides }, (_, i) => {
    const turn = from + i * 2 * Math.PI / sides;
    return `${(x + r * Math.cos(turn)).toFixed(1)},${(y + r * Math.sin(turn)).toFixed(1)}`;
  }).join(' ');
}

function drawn(kind, x, y, r, style) {
  const up = -Math.PI / 2;
  if (kind === 'state') return `<rect x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}" rx="${r / 3}" ${style}/>`;
  const sides = { organisation: [6, 0], delegation: [4, up], group: [3, up], role: [5, up] }[kind];
  return sides ? `<polygon points="${polygon(x, y, r, ...sides)}" ${style}/>`
    : `<circle cx="${x}" cy="${y}" r="${r}" ${style}/>`;
}

function marker(kind, colour, ground) {
  const shape = {
    triangle: `<path d="M0 0 L10 5 L0 10 z" fill="${colour}"/>`,
    tee: `<path d="M8 0 L8 10" stroke="${colour}" stroke-width="3"/>`,
    circle: `<circle cx="5" cy="5" r="4" fill="${colour}"/>`,
    diamond: `<path d="M0 5 L5 1 L10 5 L5 9 z" fill="${colour}"/>`,
    vee: `<path d="M1 1 L9 5 L1 9" fill="none" stroke="${colour}" stroke-width="1.5"/>`,
  }[TIES[kind].arrow];
  return shape ? `<marker id="m-${kind}" viewBox="0 0 10 10" refX="${TIES[kind].arrow === 'circle' ? 5 : 9}" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto-start-reverse">${shape}</marker>` : '';
}

// -- legend: only our own words and colours are written as markup here ----------------------------

function svgOf(inner) {
  const holder = document.createElement('span');
  holder.innerHTML = `<svg width="30" height="16" viewBox="0 0 30 16" aria-hidden="true">${inner}</svg>`;
  return holder;
}

function shapeOf(kind, c) {
  return svgOf(drawn(kind, 15, 8, 7, `fill="${kind === 'state' || kind === 'organisation' ? c.state : c.node}"`));
}

function lineOf(kind, c) {
  const tie = TIES[kind];
  const dash = { solid: 'none', dashed: '5 3', dotted: '1.5 3' }[tie.line];
  const width = kind === 'bond' ? 3 : 2;
  const ends = {
    triangle: `<path d="M22 3 L30 8 L22 13 z" fill="${c[kind]}"/>`,
    tee: `<path d="M28 2 V14" stroke="${c[kind]}" stroke-width="3"/>`,
    circle: `<circle cx="4" cy="8" r="4" fill="${c[kind]}"/><circle cx="26" cy="8" r="4" fill="${c[kind]}"/>`,
    diamond: `<path d="M20 8 L25 4 L30 8 L25 12 z" fill="${c[kind]}"/>`,
    vee: `<path d="M23 3 L29 8 L23 13" fill="none" stroke="${c[kind]}" stroke-width="1.5"/>`,
    none: '',
  }[tie.arrow];
  return svgOf(`<line x1="1" y1="8" x2="${tie.arrow === 'triangle' ? 23 : 28}" y2="8" stroke="${c[kind]}" stroke-width="${width}" stroke-dasharray="${dash}"/>${ends}`);
}

function entry(picture, words) {
  const made = document.createElement('span');
  made.className = 'key';
  made.append(picture, document.createTextNode(words));
  return made;
}
