// Shows an output that brings scripts or frames of its own (folium's maps, plotly's HTML form) in a
// sandboxed frame of the content origin. JupyterLab's own page runs none of them.
//
// Written by hand as a module-federation container, as `@colonnade/runtime` is. All other HTML
// (tables of pandas, say) is left to JupyterLab. The frame is 'sandbox' without 'allow-same-origin':
// a script in it has no cookie, no storage and no way to this page. From it comes one number, its
// height; whatever else it sends is passed over.
(() => {
  'use strict';

  const NAME = '@colonnade/outputs';
  const SHARED = ['@jupyterlab/coreutils', '@jupyterlab/rendermime'];
  const HTML = 'text/html';
  const ACTIVE = /<\s*(script|iframe|object|embed)\b|\son\w+\s*=|javascript:/i;
  const START_PIXELS = 150;
  const MOST_PIXELS = 4000;
  let scope = null;

  /** The module `name` as JupyterLab itself uses it. */
  async function shared(name) {
    const versions = Object.values(scope[name] ?? {});
    const chosen = versions.find(version => version.loaded) ?? versions[0];
    if (!chosen) {
      throw new Error(`${NAME}: JupyterLab does not share ${name}`);
    }
    return (await chosen.get())();
  }

  /** The height that a frame asks for, within bounds, or null when the message is something else. */
  function heightOf(data) {
    const height = Number(data?.colonnadeHeight);
    return Number.isFinite(height) ? Math.min(Math.max(height, 20), MOST_PIXELS) : null;
  }

  /** A frame that shows `html`, as high as it asks to be. */
  function makeFrame(address, html) {
    const frame = document.createElement('iframe');
    frame.className = 'colonnade-OutputFrame';
    frame.title = 'Output with scripts, shown apart from this page';
    frame.setAttribute('sandbox', 'allow-scripts allow-forms');
    frame.setAttribute('allowfullscreen', '');
    frame.referrerPolicy = 'no-referrer';
    frame.style.cssText = `width: 100%; height: ${START_PIXELS}px; border: 0; background: white;`;
    // Its origin is opaque, so no other target can be named; it is our page that has just loaded.
    // JupyterLab moves outputs about, and a frame that is moved loads anew.
    frame.addEventListener('load', () => frame.contentWindow?.postMessage(html, '*'));
    frame.src = address;
    return frame;
  }

  /** One listener for all frames: a message counts only for the frame that sent it. */
  function followHeights() {
    window.addEventListener('message', event => {
      const height = heightOf(event.data);
      if (height === null || event.origin !== 'null') {
        return;
      }
      for (const frame of document.querySelectorAll('iframe.colonnade-OutputFrame')) {
        if (frame.contentWindow === event.source) {
          frame.style.height = `${height}px`;
        }
      }
    });
  }

  /** A button that shows the output: nothing that somebody else made runs before a person asks. */
  function makeDoor(open) {
    const door = document.createElement('button');
    door.className = 'colonnade-OutputDoor jp-mod-styled';
    door.textContent = 'Show this output';
    // Else the notebook's own shortcuts take Enter and the space bar.
    door.dataset.lmSuppressShortcuts = 'true';
    door.title = 'It brings scripts of its own. They run in a frame apart, without your account.';
    door.addEventListener('click', () => door.replaceWith(open()));
    return door;
  }

  function makePlugins(modules) {
    const { PageConfig } = modules['@jupyterlab/coreutils'];
    const { IRenderMimeRegistry, RenderedHTML } = modules['@jupyterlab/rendermime'];

    /** JupyterLab's renderer, but for outputs that bring something active. */
    class RenderedOutput extends RenderedHTML {
      async render(model) {
        const html = String(model.data[HTML] ?? '');
        const address = PageConfig.getOption('outputFrameUrl');
        if (!address || !ACTIVE.test(html)) {
          return super.render(model);
        }
        const open = () => makeFrame(address, html);
        this.node.replaceChildren(model.trusted ? open() : makeDoor(open));
      }
    }

    const frames = {
      id: `${NAME}:frames`,
      description: 'Shows outputs with scripts in a frame of the content origin.',
      autoStart: true,
      requires: [IRenderMimeRegistry],
      activate: (app, rendermime) => {
        followHeights();
        const rank = rendermime.getFactory(HTML)?.defaultRank;
        rendermime.addFactory(
          {
            safe: true,
            mimeTypes: [HTML],
            createRenderer: options => new RenderedOutput(options)
          },
          rank
        );
      }
    };
    return [frames];
  }

  async function load() {
    const loaded = await Promise.all(SHARED.map(async name => [name, await shared(name)]));
    const plugins = makePlugins(Object.fromEntries(loaded));
    return () => ({ __esModule: true, default: plugins });
  }

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB[NAME] = {
    init(shareScope) {
      scope = shareScope;
    },
    get(module) {
      if (module !== './extension') {
        return Promise.reject(new Error(`${NAME} has no module ${module}`));
      }
      return load();
    }
  };
})();
