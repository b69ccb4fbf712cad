/** Colours, from which everything else is mixed: light first, dark second. Contrast is at least 4.5:1 for every text. */
const COLOURS = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#ffffff, #15181c);
  --raised: light-dark(#f5f6f7, #1e2329);
  --line: light-dark(#d5d9dd, #39414a);
  --ink: light-dark(#16191d, #e6e9ec);
  --quiet: light-dark(#555d66, #a3adb8);
  --accent: light-dark(#0a5cad, #7db8f5);
  --wash: light-dark(#e3effb, #1d344c);
  --passed: light-dark(#00705a, #4fc7a1);
  --failed: light-dark(#b3350b, #ff9a6e);
  --errored: light-dark(#93256a, #f091c9);
  --inconclusive: light-dark(#7d5800, #e5ba55);
  --skipped: light-dark(#555d66, #a3adb8);
  --changed: light-dark(#fff1c2, #4a3d10);
  --sans: system-ui, -apple-system, "Segoe UI", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", "NanumGothic", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "DejaVu Sans Mono", "Liberation Mono", "NanumGothicCoding", monospace;
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
`;

const DOCUMENT = `
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.75rem 1.25rem 4rem; max-width: 94rem; background: var(--ground); color: var(--ink); font: 15px/1.5 var(--sans); overflow-wrap: anywhere; }
code, pre, .place, .path, .number, .time, .key { font-family: var(--mono); font-size: .86em; }
button, input, select { font: inherit; color: inherit; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
h1, h4, h5, p, dl, dd, figure, table, pre { margin: 0; }
h4 { font-size: .95rem; margin: 0 0 .5rem; }
.passed { --tone: var(--passed); } .failed { --tone: var(--failed); } .errored { --tone: var(--errored); }
.inconclusive, .interrupted, .flaky { --tone: var(--inconclusive); } .skipped { --tone: var(--skipped); }
.note, .left { color: var(--quiet); font-size: .87rem; }
.left { padding: .35rem 0; }
.warning { color: var(--inconclusive); font-weight: 600; }
.read { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
[hidden] { display: none !important; }

header .program { color: var(--quiet); font-size: .87rem; letter-spacing: .02em; }
header h1 { font-size: 2rem; line-height: 1.25; font-weight: 650; color: var(--tone); text-transform: capitalize; }
header h1 .of { color: var(--quiet); font-weight: 400; font-size: 1.15rem; margin-left: .75rem; text-transform: none; }
dl.run { display: flex; flex-wrap: wrap; gap: .4rem 2rem; margin-top: .8rem; }
dl.run dt { color: var(--quiet); font-size: .8rem; }
dl.run dd { font-variant-numeric: tabular-nums; }

nav { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: 1.25rem 0; padding: .75rem 0; border-block: 1px solid var(--line); }
nav .outcomes { display: flex; flex-wrap: wrap; gap: .5rem; }
nav button, .time button { border: 1px solid var(--line); border-radius: 6px; background: var(--ground); padding: .3rem .7rem; cursor: pointer; }
nav button:hover, .time button:hover:enabled { border-color: var(--accent); }
nav button[data-filter] { color: var(--tone); }
nav button[aria-pressed="true"] { background: var(--wash); border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
nav input[type="search"] { flex: 1 1 14rem; min-width: 0; border: 1px solid var(--line); border-radius: 6px; background: var(--ground); padding: .3rem .7rem; }
nav #shown { color: var(--quiet); font-size: .87rem; }
`;

const SCENARIOS = `
.scenario { border-bottom: 1px solid var(--line); }
.scenario > summary { cursor: pointer; padding: .5rem .25rem; border-radius: 4px; display: flex; gap: .5rem; }
.scenario > summary::before { content: "▸"; color: var(--quiet); width: .9rem; flex: none; }
.scenario[open] > summary::before { content: "▾"; }
.scenario > summary:hover { background: var(--raised); }
.scenario > summary::-webkit-details-marker { display: none; }
.scenario.bare { padding: .5rem .25rem .5rem 1.65rem; }
.scenario .line { display: flex; flex-wrap: wrap; gap: .15rem .75rem; align-items: baseline; flex: 1; min-width: 0; }
.badge { color: var(--tone); font-weight: 600; font-size: .87rem; white-space: nowrap; min-width: 5.2rem; }
.scenario .name { font-weight: 500; flex: 1 1 16rem; min-width: 0; }
.scenario[open] > summary .name { font-weight: 650; }
.facts { display: flex; flex-wrap: wrap; gap: .1rem .75rem; color: var(--quiet); font-size: .84rem; }
.facts .duration { font-variant-numeric: tabular-nums; min-width: 4rem; text-align: right; }
.tag { background: var(--raised); border-radius: 4px; padding: 0 .4rem; }
.inside { padding: .25rem .25rem 2rem 1.65rem; display: flex; flex-direction: column; gap: 1.25rem; min-width: 0; }
.inside .file { margin-top: -.3rem; }

.failure { border-left: 3px solid var(--tone); padding: .15rem 0 .15rem 1rem; margin-bottom: 1rem; }
.failure .where { color: var(--quiet); }
.failure .what { font-size: 1.05rem; font-weight: 600; white-space: pre-wrap; }
.compared { display: flex; flex-wrap: wrap; gap: .5rem 2.5rem; margin-top: .4rem; }
.compared dt { font-size: .8rem; color: var(--quiet); }
.compared dd { font-family: var(--mono); font-size: .9em; white-space: pre-wrap; }
.compared .expected dd { color: var(--passed); } .compared .actual dd { color: var(--failed); }
.mend { margin-top: .4rem; } .mend span { color: var(--quiet); font-size: .8rem; margin-right: .4rem; }
.story figcaption { font-weight: 600; font-size: .9rem; margin-bottom: .35rem; }
pre { white-space: pre; overflow-x: auto; background: var(--raised); border-radius: 6px; padding: .75rem 1rem; line-height: 1.45; }

.notes { margin: 0; padding-left: 1.2rem; color: var(--quiet); columns: 24rem auto; }

.scrolls { overflow-x: auto; max-width: 100%; } .load .scrolls { overflow-wrap: normal; } .load .scrolls th { white-space: nowrap; }
table { border-collapse: collapse; }
td, th { padding: .18rem .75rem .18rem 0; text-align: left; vertical-align: baseline; font-weight: 400; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
thead th { color: var(--quiet); font-size: .8rem; border-bottom: 1px solid var(--line); }
table.steps { width: 100%; }
table.steps .sign { color: var(--tone); width: 1.4rem; font-weight: 700; }
table.steps .path { color: var(--quiet); width: 2.6rem; }
.with-place { display: flex; justify-content: space-between; gap: 0 1.5rem; } .with-place code { flex: 0 1 auto; min-width: 0; } .with-place .place { color: var(--quiet); margin-left: auto; }
table.steps tr.failed, table.steps tr.errored, table.steps tr.inconclusive { background: var(--raised); font-weight: 600; }
table.steps tr.skipped .text { color: var(--quiet); }
.depth-1 { padding-left: 1.25rem; } .depth-2 { padding-left: 2.5rem; } .depth-3 { padding-left: 3.75rem; } .depth-4 { padding-left: 5rem; }
.verdict { color: var(--tone); font-weight: 600; white-space: nowrap; }
`;

const VIEWER = `
.viewer { display: flex; flex-direction: column; gap: .75rem; min-width: 0; }
.scripted .needs-script { display: none; }
.tools, .viewer .time { display: flex; flex-wrap: wrap; gap: .4rem 1.25rem; align-items: center; font-size: .9rem; }
.tools label { display: flex; gap: .4rem; align-items: center; color: var(--quiet); }
.tools select { max-width: 18rem; border: 1px solid var(--line); border-radius: 6px; background: var(--ground); padding: .2rem .4rem; color: var(--ink); }
.viewer .time { gap: .5rem; position: sticky; top: 0; background: var(--ground); z-index: 2; padding: .4rem 0; font-family: var(--sans); }
.viewer .time input { flex: 1 1 14rem; min-width: 0; accent-color: var(--accent); }
.viewer .time output { flex: 1 1 100%; font-family: var(--mono); font-size: .84rem; min-height: 2.6em; }
.stage { display: grid; grid-template-columns: minmax(0, 1.6fr) minmax(0, 1fr); gap: 1.25rem; align-items: start; }
.picture { min-width: 0; }
.diagram { overflow: auto; max-height: 44rem; border: 1px solid var(--line); border-radius: 6px; }
.diagram svg { display: block; } .printed { display: none; }
svg text { font: 12px var(--sans); fill: var(--ink); }
svg.lanes { position: sticky; top: 0; background: var(--ground); border-bottom: 1px solid var(--line); z-index: 1; }
svg.lanes .lane { font-weight: 650; } svg.lanes .people { font-weight: 400; fill: var(--quiet); }
.lifeline { stroke: var(--line); stroke-width: 1; }
.outage { stroke: var(--failed); stroke-width: 3; stroke-dasharray: 2 4; }
.cursor { fill: var(--wash); stroke: var(--accent); stroke-width: 1; }
.row { --tone: var(--ink); cursor: pointer; }
.row .hit { fill: transparent; } .row:hover .hit { fill: color-mix(in srgb, var(--accent) 10%, transparent); }
.row .arrow { fill: none; stroke: var(--tone); stroke-width: 1.4; } .row .head { fill: var(--tone); stroke: var(--tone); }
.row .head.hollow { fill: var(--ground); stroke-width: 1.6; } .row .head.stroke { fill: none; stroke-width: 2; } .row .head.dashed { stroke-dasharray: 2 2; }
.row .source { fill: var(--tone); }
.row .label { fill: var(--tone); paint-order: stroke; stroke: var(--ground); stroke-width: 3px; stroke-linejoin: round; }
.row.marked .label { stroke: var(--wash); font-weight: 650; }
.row .time { fill: var(--quiet); font: 11px var(--mono); }
.row.command { --tone: var(--accent); } .row.refused, .row.parked { --tone: var(--inconclusive); } .row.duplicate, .row.quiet { --tone: var(--quiet); }
.row.broken, .row.dead-lettered, .row.not-handled, .row.crash { --tone: var(--failed); } .row.fault { --tone: var(--errored); }
.row.duplicate .arrow, .row.parked .arrow, .row.not-handled .arrow { stroke-dasharray: 5 3; }
.row.line { cursor: default; } .row.line .label { font: 11px var(--mono); fill: var(--quiet); } .row.line .rule { stroke: var(--line); stroke-dasharray: 1 3; }
.row.line.gap .label { font-weight: 700; fill: var(--failed); } .row.line.gap .rule { stroke: var(--failed); }
.row .box { fill: var(--ground); stroke: var(--tone); } .row.crash .box { fill: var(--failed); } .row.crash .label { fill: var(--ground); stroke: none; font-weight: 650; }
.row.mark .label { stroke: none; }
.row.kin .arrow { stroke-width: 2.6; } .row.kin .label { font-weight: 650; }
.row.future > :not(.hit) { opacity: .42; }

.states { position: relative; display: flex; flex-direction: column; gap: .9rem; max-height: 44rem; overflow: auto; min-width: 0; }
.context { border-left: 2px solid var(--line); padding-left: .75rem; }
.context.changed { border-left-color: var(--accent); }
.context h4 { margin: 0; } .context .state { color: var(--failed); font-weight: 600; } .context.down .table { opacity: .6; }
.context h5 { font-size: .8rem; font-weight: 400; color: var(--quiet); margin-top: .3rem; } .context h5 .count { font-variant-numeric: tabular-nums; }
.record { padding: .1rem .4rem; margin: .1rem 0 .1rem -.4rem; border-radius: 4px; }
.record.added, .record.changed, .record.removed { box-shadow: inset 0 0 0 1px var(--accent); }
.record .key { font-size: .8rem; color: var(--quiet); } .record .change { margin-left: .5rem; color: var(--accent); font-weight: 650; font-family: var(--sans); }
.record dl { display: flex; flex-wrap: wrap; gap: 0 .9rem; font-size: .86rem; }
.record dl > div { display: flex; gap: .3rem; } .record dt { color: var(--quiet); }
.record.removed dl { text-decoration: line-through; color: var(--quiet); }
ins { background: var(--changed); text-decoration: none; font-weight: 650; border-radius: 3px; padding: 0 .2rem; } del { color: var(--quiet); }
.record-json { margin-top: .5rem; font-size: .8rem; white-space: pre-wrap; max-height: 24rem; overflow: auto; }
.recorded > summary, .metrics > summary, .steps-fold > summary { cursor: pointer; color: var(--quiet); font-size: .87rem; }
`;

/** Colours of the kinds of outcome: Okabe and Ito's palette, which people with any colour vision can tell apart, darkened for white. */
const LOADS = `
.kind-success { --kind: light-dark(#009e73, #2fc59b); } .kind-refused { --kind: light-dark(#e69f00, #f0b429); } .kind-timeout { --kind: light-dark(#0072b2, #4ba3e3); }
.kind-short-circuited { --kind: light-dark(#d55e00, #ff8a3d); } .kind-rejected { --kind: light-dark(#cc79a7, #e39cc3); } .kind-upstream-error { --kind: light-dark(#56b4e9, #8fd0f7); }
.kind-unreachable { --kind: light-dark(#7a5c00, #c9a634); } .kind-other-failure { --kind: light-dark(#6b7280, #9aa4b0); } .kind-no-answer { --kind: light-dark(#16191d, #e6e9ec); }
.load { display: flex; flex-direction: column; gap: 1rem; min-width: 0; }
.blocks { display: flex; flex-wrap: wrap; gap: 1.75rem 3rem; }
.block { min-width: 0; max-width: 100%; } .block.wide { flex: 1 1 100%; }
.load th, .load .unit { color: var(--quiet); } .load thead th { font-size: .8rem; }
.chart { overflow-x: auto; margin: .5rem 0; } .chart svg { display: block; width: 100%; min-width: 40rem; max-width: 72rem; height: auto; }
.chart rect[class^="kind-"] { fill: var(--kind); } .chart .name { font-weight: 600; } .chart .axis { fill: var(--quiet); font-size: 11px; }
.chart .grid { stroke: var(--line); stroke-width: 1; fill: none; }
.chart .range { stroke: var(--quiet); fill: none; } .chart .bar { fill: var(--accent); opacity: .75; } .chart .tick { stroke: var(--failed); stroke-width: 3; }
.circuit rect { stroke: var(--ground); } .circuit.closed rect { fill: var(--passed); } .circuit.open rect { fill: var(--failed); } .circuit.half-open rect { fill: var(--inconclusive); }
.circuit text { fill: var(--ground); font-weight: 650; }
.window { fill: none; stroke-width: 2; } .window.calls { stroke: var(--accent); } .window.errors { stroke: var(--failed); stroke-dasharray: 5 3; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.25rem; list-style: none; padding: 0; margin: 0; font-size: .87rem; }
.legend li { display: flex; align-items: center; }
span.key { display: inline-block; width: .8rem; height: .8rem; flex: none; border-radius: 2px; margin-right: .4rem; background: var(--kind, transparent); }
.key.circuit-closed { --kind: var(--passed); } .key.circuit-open { --kind: var(--failed); } .key.circuit-half-open { --kind: var(--inconclusive); }
span.key.line { width: 1.3rem; height: 0; border-radius: 0; border-top: 2px solid var(--accent); } span.key.line.errors { border-top: 2px dashed var(--failed); }
`;

const NARROW_AND_PRINT = `
@media (max-width: 60rem) {
  body { padding-inline: .9rem; }
  .stage { grid-template-columns: minmax(0, 1fr); }
  .diagram { max-height: 60vh; } .states { max-height: none; }
  .inside { padding-left: .25rem; }
  .scenario .line { flex-wrap: wrap; } .scenario .name { flex: 1 1 100%; order: 2; } .scenario .facts { order: 3; flex: 1 1 100%; }
  .badge { min-width: 0; }
  .facts .duration { text-align: left; min-width: 0; }
  .blocks { gap: 1.5rem; }
  .with-place { flex-wrap: wrap; } .with-place .place { margin-left: 0; }
}
@media print {
  :root, :root[data-theme] { color-scheme: light; }
  :root { font-size: 11px; }
  body { max-width: none; padding: 0; font-size: 11px; }
  svg text { font-size: 12px; }
  details.scenario:not([open]) { break-inside: avoid; } .failure, .record, .block { break-inside: avoid; }
  nav, .tools, .viewer .time button, .viewer .time input, .recorded, .metrics:not([open]) { display: none; }
  .stage { display: block; } .diagram, .states, pre, .scrolls, .chart { overflow: visible; max-height: none; border: 0; }
  pre { white-space: pre-wrap; } .diagram svg { max-width: 100%; height: auto; } svg.lanes, .viewer .time { position: static; }
  .diagram > svg { display: none; } .printed { display: table; width: 100%; border-collapse: collapse; }
  .printed thead { display: table-header-group; } .printed tr { break-inside: avoid; } .printed td, .printed th { padding: 0; border: 0; }
  .bare { display: none; }
  .scenario > summary::before { content: none; }
  .row.future > :not(.hit) { opacity: 1; }
}
`;

/** The page's style sheet. */
export const STYLES = [COLOURS, DOCUMENT, SCENARIOS, VIEWER, LOADS, NARROW_AND_PRINT].join('');
