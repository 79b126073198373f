// Shows the runtime behind a notebook in JupyterLab: its class, memory, time left, why it stopped;
// saves what is open before a runtime is stopped for what it does; and leads to the check of a
// notebook against the rules.
//
// Written by hand as a module-federation container, so that it needs no build: JupyterLab calls
// `init` with its share scope and then `get('./extension')`. Everything it uses of JupyterLab comes
// from that scope. To add something, add a plugin to the list that `makePlugins` returns.
//
// All text from the server is set as text, never as HTML.
(() => {
  'use strict';

  const NAME = '@colonnade/runtime';
  const POLL_MS = 15_000;
  const SHARED = [
    '@jupyterlab/application',
    '@jupyterlab/apputils',
    '@jupyterlab/coreutils',
    '@jupyterlab/mainmenu',
    '@jupyterlab/services',
    '@jupyterlab/statusbar',
    '@lumino/polling',
    '@lumino/widgets'
  ];
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

  // ---- What the answer of /api/v1/runtimes means: values in, values out. ----

  /** Bytes in the unit that a person would use. */
  function formatBytes(bytes) {
    const gigabytes = bytes / 2 ** 30;
    return gigabytes >= 1 ? `${gigabytes.toFixed(1)} GB` : `${Math.round(bytes / 2 ** 20)} MB`;
  }

  /** Seconds as 'in 40 s', 'in 12 min', 'in 3 h'. */
  function formatLeft(seconds) {
    if (seconds < 90) {
      return `in ${Math.max(0, Math.round(seconds))} s`;
    }
    const minutes = Math.round(seconds / 60);
    return minutes < 120 ? `in ${minutes} min` : `in ${Math.round(minutes / 60)} h`;
  }

  /** The nearer of the two ends of a runtime: {kind, seconds}, or null when it has none. */
  function nextEnd(runtime, now) {
    const ends = [
      { kind: 'idle', at: runtime.idle_ends_at },
      { kind: 'lifetime', at: runtime.lifetime_ends_at }
    ]
      .filter(end => end.at)
      .map(end => ({ kind: end.kind, seconds: (Date.parse(end.at) - now) / 1000 }));
    return ends.sort((one, other) => one.seconds - other.seconds)[0] ?? null;
  }

  /** What the status bar says of a runtime. */
  function describe(runtime, now) {
    const parts = [runtime.class_name || runtime.class];
    if (runtime.memory_limit_bytes) {
      const used = formatBytes(runtime.memory_bytes ?? 0);
      parts.push(`${used} of ${formatBytes(runtime.memory_limit_bytes)}`);
    }
    const end = nextEnd(runtime, now);
    if (end) {
      const left = formatLeft(end.seconds);
      parts.push(end.kind === 'idle' ? `stops if idle ${left}` : `ends ${left}`);
    }
    return parts.join(' · ');
  }

  /** What the status bar says of a place in a queue. */
  function describeTicket(ticket) {
    const name = ticket.class_name || ticket.class;
    return ticket.called
      ? `A place for ${name} is kept for you: start the notebook's kernel again`
      : `Waiting for ${name}: place ${ticket.position} in the queue`;
  }

  /** Whether a runtime is over. */
  function isOver(runtime) {
    return runtime.state === 'stopped' || runtime.state === 'lost';
  }

  /** Whether the platform is about to stop a runtime for what it does. */
  function isEnding(runtime) {
    return Boolean(runtime.stop) && !isOver(runtime);
  }

  /** The runtime of the kernel or, failing that, of the document that a person looks at. */
  function findRuntime(runtimes, kernelId, path) {
    const alive = runtimes.filter(runtime => !isOver(runtime));
    return (
      alive.find(runtime => kernelId && runtime.kernel_id === kernelId) ??
      alive.find(runtime => path && runtime.notebook_path === path) ??
      null
    );
  }

  // ---- What is shown. ----

  /** Asks the platform about this person's runtimes. */
  class Platform {
    constructor({ ServerConnection }, { PageConfig, URLExt }) {
      this._connection = ServerConnection;
      this._settings = ServerConnection.makeSettings();
      this._url = (...parts) => URLExt.join(PageConfig.getBaseUrl(), 'api/v1/runtimes', ...parts);
    }

    /** {runtimes, tickets, tier, now}: `now` by the server's clock, for this one may be wrong. */
    async read() {
      const response = await this._request(this._url(), {});
      const dated = Date.parse(response.headers.get('Date') ?? '');
      return { ...(await response.json()), now: dated || Date.now() };
    }

    async keepGoing(id) {
      await this._request(this._url(encodeURIComponent(id), 'touch'), { method: 'POST' });
    }

    async _request(url, init) {
      const response = await this._connection.makeRequest(url, init, this._settings);
      if (!response.ok) {
        throw new Error(`${NAME}: ${response.status}`);
      }
      return response;
    }
  }

  /** Tells of ends that come near and of runtimes that have stopped, each once. */
  class Herald {
    /** `hands`: keepGoing(runtimeId), saveAll() and read(address), what people can be offered. */
    constructor({ Notification }, hands) {
      this._notification = Notification;
      this._hands = hands;
      this._warnings = new Map();
      this._seenAlive = new Set();
      this._ending = new Set();
    }

    tell(runtimes, now) {
      for (const runtime of runtimes) {
        if (!isOver(runtime)) {
          this._seenAlive.add(runtime.id);
          if (!isEnding(runtime)) {
            this._warn(runtime, now);
          } else if (!this._ending.has(runtime.id)) {
            this._ending.add(runtime.id);
            void this._save(runtime, now);
          }
        }
      }
      const alive = new Set(runtimes.filter(each => !isOver(each)).map(each => each.id));
      for (const id of [...this._seenAlive].filter(each => !alive.has(each))) {
        this._seenAlive.delete(id);
        this._dismiss(id);
        this._mourn(runtimes.find(runtime => runtime.id === id));
      }
    }

    /** Say that a runtime is being stopped, and why; save every open document first. */
    async _save(runtime, now) {
      const what = runtime.notebook_path || runtime.class_name;
      const left = formatLeft((Date.parse(runtime.stop.at) - now) / 1000);
      let saved = 'What is open is saved.';
      try {
        await this._hands.saveAll();
      } catch (problem) {
        console.warn(`${NAME}: not saved`, problem);
        saved = 'Not everything could be saved: save it yourself. Saving needs no runtime.';
      }
      const text = `The runtime of ${what} ends ${left}. ${runtime.stop.reason}. ${saved}`;
      const actions = [this._why(runtime)];
      const shown = this._notification.error(text, { autoClose: false, actions });
      this._dismiss(runtime.id);
      this._warnings.set(runtime.id, shown);
    }

    _why(runtime) {
      const callback = () => this._hands.read(runtime.stop.notice);
      return { label: 'Why, and your files', displayType: 'accent', callback };
    }

    _warn(runtime, now) {
      const end = nextEnd(runtime, now);
      const near = end !== null && end.seconds <= (runtime.warning_seconds ?? 0);
      if (!near) {
        this._dismiss(runtime.id);
      } else if (!this._warnings.has(runtime.id)) {
        this._warnings.set(runtime.id, this._announce(runtime, end));
      }
    }

    _announce(runtime, end) {
      const what = `The runtime of ${runtime.notebook_path || runtime.class_name}`;
      const left = formatLeft(end.seconds);
      if (end.kind === 'lifetime') {
        const text = `${what} reaches its longest lifetime and ends ${left}. Save what you need.`;
        return this._notification.warning(text, { autoClose: false });
      }
      const actions = [
        { label: 'Keep going', displayType: 'accent', callback: () => this._hands.keepGoing(runtime.id) }
      ];
      return this._notification.warning(`${what} is idle and stops ${left}.`, {
        autoClose: false,
        actions
      });
    }

    _dismiss(id) {
      if (this._warnings.has(id)) {
        this._notification.dismiss(this._warnings.get(id));
        this._warnings.delete(id);
      }
    }

    _mourn(runtime) {
      if (runtime) {
        const what = runtime.notebook_path || runtime.class_name;
        const why = runtime.stop_reason || 'no reason was recorded';
        const text = `The runtime of ${what} has ended: ${why.replace(/\.$/, '')}.`;
        const actions = runtime.stop ? [this._why(runtime)] : [];
        this._notification.error(text, { autoClose: false, actions });
      }
    }
  }

  /** A line of text in the status bar. */
  function makeLine({ Widget }, className) {
    const widget = new Widget();
    widget.addClass('jp-StatusBar-TextItem');
    widget.addClass(className);
    widget.node.setAttribute('role', 'status');
    return widget;
  }

  function show(line, text, title) {
    line.node.textContent = text;
    line.node.title = title;
    // Not `setHidden`: the status bar shows its items again whenever it likes.
    line.node.style.display = text === '' ? 'none' : '';
  }

  /** The kernel and path of the document in front, for notebooks and consoles alike. */
  function inFront(app) {
    const widget = app.shell.currentWidget;
    const context = widget?.sessionContext ?? widget?.console?.sessionContext;
    return { context, kernelId: context?.session?.kernel?.id, path: context?.path };
  }

  /** Save every open document, if any has changes. */
  async function saveAll(app) {
    const open = [...app.shell.widgets('main')];
    if (open.some(widget => widget.context?.model?.dirty)) {
      await app.commands.execute('docmanager:save-all');
    }
  }

  function makePlugins(modules) {
    const { JupyterFrontEnd } = modules['@jupyterlab/application'];
    const { ToolbarButton } = modules['@jupyterlab/apputils'];
    const { PageConfig } = modules['@jupyterlab/coreutils'];
    const { IMainMenu } = modules['@jupyterlab/mainmenu'];
    const { IStatusBar } = modules['@jupyterlab/statusbar'];
    const { Poll } = modules['@lumino/polling'];
    const widgets = modules['@lumino/widgets'];

    const status = {
      id: `${NAME}:status`,
      description: 'Shows the runtime of the notebook in front, and warns before it ends.',
      autoStart: true,
      requires: [IStatusBar],
      activate: (app, statusBar) => {
        const platform = new Platform(
          modules['@jupyterlab/services'],
          modules['@jupyterlab/coreutils']
        );
        const herald = new Herald(modules['@jupyterlab/apputils'], {
          keepGoing: async id => {
            await platform.keepGoing(id);
            await poll.refresh();
          },
          saveAll: () => saveAll(app),
          read: address => window.open(PageConfig.getBaseUrl() + address, '_blank')
        });
        const line = makeLine(widgets, 'colonnade-Runtime');
        const unsafe = makeLine(widgets, 'colonnade-Unsafe');
        unsafe.node.style.cssText = 'background: var(--jp-error-color1); color: white;';
        statusBar.registerStatusItem(`${NAME}:line`, { item: line, align: 'left', rank: 10 });
        statusBar.registerStatusItem(`${NAME}:unsafe`, { item: unsafe, align: 'left', rank: 0 });
        let urgent = false;
        let latest = { runtimes: [], tickets: [], tier: {}, now: Date.now() };

        const render = () => {
          const { kernelId, path } = inFront(app);
          const runtime = findRuntime(latest.runtimes, kernelId, path);
          const waiting = (latest.tickets ?? []).map(describeTicket);
          const text = runtime ? describe(runtime, latest.now) : waiting.join(' · ');
          show(line, text, runtime ? 'The runtime of this document' : '');
          const exposed = Boolean(latest.tier?.unsafe);
          show(unsafe, exposed ? 'No sandbox' : '', 'Code runs on this machine without a sandbox.');
        };
        const poll = new Poll({
          auto: false,
          name: `${NAME}:poll`,
          standby: () => document.hidden && !urgent,
          frequency: { interval: POLL_MS, backoff: true, max: 8 * POLL_MS },
          factory: async () => {
            latest = await platform.read();
            urgent = false;
            herald.tell(latest.runtimes, latest.now);
            render();
          }
        });
        const follow = () => {
          render();
          const { context } = inFront(app);
          context?.kernelChanged.connect(refresh);
          context?.iopubMessage.connect(hear);
        };
        // Where the platform itself speaks in a cell, there is news of the runtime.
        const hear = (_, message) => {
          if (message.header.username === 'colonnade' && message.header.msg_type === 'stream') {
            urgent = true;
            refresh();
          }
        };
        const refresh = () => void poll.refresh();
        render();
        app.shell.currentChanged?.connect(follow);
        void app.restored.then(() => {
          follow();
          void poll.start();
        });
      }
    };

    const home = {
      id: `${NAME}:home`,
      description: 'A way back to the home page, and to signing out.',
      autoStart: true,
      optional: [IMainMenu],
      activate: (app, mainMenu) => {
        const link = document.createElement('a');
        link.href = PageConfig.getBaseUrl();
        link.textContent = 'Colonnade';
        link.title = 'Home: your notebooks, runtimes and notices';
        link.style.cssText =
          'padding: 0 10px; line-height: 27px; font-weight: 600; color: var(--jp-ui-font-color1);';
        const widget = new widgets.Widget({ node: link });
        widget.id = 'colonnade-home';
        app.shell.add(widget, 'top', { rank: 0 });
        const open = (id, label, path) => {
          app.commands.addCommand(id, {
            label,
            execute: () => window.open(PageConfig.getBaseUrl() + path, '_self')
          });
          return { command: id };
        };
        mainMenu?.fileMenu.addGroup(
          [
            open('colonnade:home', 'Home', ''),
            open('colonnade:runtimes', 'My Runtimes', 'runtimes'),
            open('colonnade:account', 'Account and Sign Out', 'account')
          ],
          1000
        );
      }
    };

    const check = {
      id: `${NAME}:check`,
      description: 'A button that shows what the rules say of the notebook, before it runs.',
      autoStart: true,
      activate: app => {
        const { contents } = app.serviceManager;
        const open = async context => {
          // The window is opened at once: after a wait, browsers take it for an advertisement.
          const page = window.open('', '_blank');
          if (context.model.dirty && !context.model.readOnly) {
            await context.save();
          }
          const address = new URL('check', new URL(PageConfig.getBaseUrl(), location.href));
          address.searchParams.set('path', contents.localPath(context.path));
          (page ?? window).location.href = address.href;
        };
        app.docRegistry.addWidgetExtension('Notebook', {
          createNew: (panel, context) => {
            const button = new ToolbarButton({
              label: 'Check',
              tooltip: 'Check this notebook: see what the rules would refuse or hold',
              onClick: () => void open(context)
            });
            button.addClass('colonnade-Check');
            panel.toolbar.insertBefore('spacer', 'colonnade-check', button);
            return button;
          }
        });
      }
    };
    return [status, home, check];
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
