type Edge = { readonly to: number; left: number; readonly back: number };

/** The greatest flow through a network of whole numbers (Dinic's algorithm). */
export class FlowNetwork {
  readonly #edges: Edge[][] = [];

  node(): number {
    return this.#edges.push([]) - 1;
  }

  edge(from: number, to: number, capacity: number): void {
    const [out, into] = [this.#edges[from], this.#edges[to]];
    if (out === undefined || into === undefined) throw new Error('no such node');
    if (capacity <= 0) return;
    out.push({ to, left: capacity, back: into.length });
    into.push({ to: from, left: 0, back: out.length - 1 });
  }

  greatest(source: number, sink: number): number {
    let flow = 0;
    for (;;) {
      const levels = this.#levels(source);
      if ((levels[sink] ?? -1) < 0) return flow;
      const next = this.#edges.map(() => 0);
      for (;;) {
        const pushed = this.#push(source, sink, Number.POSITIVE_INFINITY, levels, next);
        if (pushed === 0) break;
        flow += pushed;
      }
    }
  }

  #levels(source: number): readonly number[] {
    const levels = this.#edges.map(() => -1);
    levels[source] = 0;
    const queue = [source];
    for (const node of queue) {
      for (const { to, left } of this.#edges[node] ?? []) {
        if (left <= 0 || (levels[to] ?? 0) >= 0) continue;
        levels[to] = (levels[node] ?? 0) + 1;
        queue.push(to);
      }
    }
    return levels;
  }

  #push(node: number, sink: number, most: number, levels: readonly number[], next: number[]): number {
    if (node === sink) return most;
    const edges = this.#edges[node] ?? [];
    for (let place = next[node] ?? 0; place < edges.length; place += 1) {
      next[node] = place;
      const edge = edges[place];
      if (edge === undefined || edge.left <= 0 || levels[edge.to] !== (levels[node] ?? 0) + 1) continue;
      const pushed = this.#push(edge.to, sink, Math.min(most, edge.left), levels, next);
      if (pushed === 0) continue;
      edge.left -= pushed;
      const back = this.#edges[edge.to]?.[edge.back];
      if (back !== undefined) back.left += pushed;
      return pushed;
    }
    next[node] = edges.length;
    return 0;
  }
}
