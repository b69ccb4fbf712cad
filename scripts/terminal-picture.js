// Draws what a terminal shows as an SVG, from a capture with its escape codes:
//   tmux capture-pane -p -e | node scripts/terminal-picture.js 'food-sim tui' > docs/tui.svg
import { columnsOf } from '../dist/reports/width.js';

const CELL = { width: 8.4, height: 18, left: 20, top: 52 };
const BACKGROUND = '#14171c';
const PLAIN = '#d6dae0';
const DIM = '#7f8794';
const COLORS = { 31: '#f85149', 32: '#3fb950', 33: '#d29922', 34: '#58a6ff', 35: '#bc8cff', 36: '#39c5cf', 90: DIM };
/** Characters that are areas: as text they would leave gaps between lines. */
const AREAS = { '█': 1, '▓': 0.7, '▒': 0.45, '░': 0.18 };

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The style after a sequence of SGR codes. */
const restyle = (style, codes) => {
  let next = { ...style };
  for (const code of codes.split(';').map(Number)) {
    if (code === 0) next = {};
    else if (code === 1) next.isBold = true;
    else if (code === 2) next.isDim = true;
    else if (code === 22) next.isBold = next.isDim = false;
    else if (code === 7) next.isInverse = true;
    else if (code === 27) next.isInverse = false;
    else if (code === 39) delete next.color;
    else if (code in COLORS) next.color = COLORS[code];
  }
  return next;
};

/** A line as runs of one style, each with its first column; areas and texts apart. */
const runsOf = (line, style) => {
  const runs = [];
  let column = 0;
  for (const part of line.matchAll(/\u001b\[([\d;]*)m|([█▓▒░]+)|([^\u001b█▓▒░]+)/gu)) {
    if (part[1] !== undefined) {
      style = restyle(style, part[1] === '' ? '0' : part[1]);
      continue;
    }
    const text = part[2] ?? part[3];
    runs.push({ text, style, column, columns: columnsOf(text), isArea: part[2] !== undefined });
    column += columnsOf(text);
  }
  return { runs, style };
};

const drawRun = ({ text, style, column, columns, isArea }, row) => {
  const x = CELL.left + column * CELL.width;
  const y = CELL.top + row * CELL.height;
  const front = style.color ?? (style.isDim ? DIM : PLAIN);
  const top = (y - 13.5).toFixed(1);
  const rect = (from, count, fill, opacity = 1) =>
    `<rect x="${from.toFixed(1)}" y="${top}" width="${(count * CELL.width).toFixed(1)}" height="${CELL.height}" fill="${fill}"${opacity === 1 ? '' : ` opacity="${opacity}"`}/>`;
  if (isArea) return [...text].map((character, index) => rect(x + index * CELL.width, 1, front, AREAS[character])).join('');
  const back = style.isInverse ? rect(x, columns, front) : '';
  if (text.trim() === '') return back;
  // Each word stands where its columns begin, however wide the reader's font draws what comes before it.
  const words = [...text.matchAll(/\S+(?: \S+)*/gu)].map(({ 0: word, index }) => {
    const at = x + columnsOf(text.slice(0, index)) * CELL.width;
    return `<text x="${at.toFixed(1)}" y="${y}" textLength="${(columnsOf(word) * CELL.width).toFixed(1)}" lengthAdjust="spacingAndGlyphs"${style.isBold ? ' font-weight="bold"' : ''} fill="${style.isInverse ? BACKGROUND : front}">${escape(word)}</text>`;
  });
  return back + words.join('');
};

/** The picture of a capture. */
const picture = (capture, label) => {
  const lines = capture.replace(/\n+$/, '').split('\n');
  let style = {};
  const rows = lines.map((line) => {
    const read = runsOf(line, style);
    ({ style } = read);
    return read.runs;
  });
  const columns = Math.max(...rows.map((runs) => runs.reduce((sum, run) => sum + run.columns, 0)));
  const width = Math.ceil(2 * CELL.left + columns * CELL.width);
  const height = CELL.top + rows.length * CELL.height + 4;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(label)}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/><circle cx="20" cy="18" r="5" fill="#ff5f57"/><circle cx="38" cy="18" r="5" fill="#febc2e"/><circle cx="56" cy="18" r="5" fill="#28c840"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'D2Coding', 'NanumGothicCoding', monospace" font-size="14" xml:space="preserve">`,
    ...rows.map((runs, row) => runs.map((run) => drawRun(run, row)).join('')),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
};

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
process.stdout.write(picture(Buffer.concat(chunks).toString('utf8'), process.argv[2] ?? 'food-sim'));
