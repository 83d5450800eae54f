// The pipeline's file as it was written, secrets masked.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { text } from '../text/shown.js';

const masked = /(\*\*\*|\$\{[^}\n]*\})/;

/** What was masked or comes from outside stands out. */
const marked = (yaml) =>
  yaml
    .split(masked)
    .map((part, index) =>
      index % 2 ? html`<span class="masked">${text(part)}</span>` : text(part),
    );

function body({ file }, name) {
  if (file.name !== name || file.phase === 'loading')
    return html`<p class="soft late">Looking …</p>`;
  if (file.phase !== 'ready')
    return html`<p class="soft">
      The server does not show the file${file.why ? `: ${file.why}` : ''}.
    </p>`;
  return html`<pre class="code" tabindex="0" role="region" aria-label="Text of the file">
${marked(file.yaml)}</pre>`;
}

export function pipelineFile(one, state, act) {
  const open = state.file?.name === one.name;
  return html`<section class="card" aria-labelledby="file-title">
    <div class="row">
      <h2 id="file-title">The file</h2>
      <span class="soft mono small path">${text(String(one.file ?? ''))}</span>
      <button type="button" aria-expanded=${open} @click=${() => act.toggleFile(one.name)}>
        ${open ? 'Hide' : 'Show'}<span class="off-screen"> the file</span>
      </button>
    </div>
    ${open ? body(state, one.name) : nothing}
  </section>`;
}
