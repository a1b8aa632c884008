// Which documents the site shows, in which order, and where each becomes a page. The documents stay where GitHub
// shows them; nothing is copied into this folder.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createMarkdown, outline } from "./markdown.js";

export const root = fileURLToPath(new URL("..", import.meta.url));

const guide = [
  "README",
  "getting-started",
  "command-line",
  "tables",
  "your-own-data",
  "images",
  "anomalies",
  "time-series",
  "compression",
  "pytorch-onnx",
  "library",
  "spark",
  "explorer",
  "troubleshooting",
];
const design = ["README", "engine", "kernels", "numerics", "study", "pages", "files", "spark"];

/** Copied as they are when a document links to them; any other linked file becomes a page that shows its text. */
const copied = /\.(png|jpe?g|gif|svg|webp|pdf|gz|zip|npz|npy|safetensors|onnx|html)$/i;

/** Languages of source pages by file name. */
const languages = {
  java: "java", kt: "kotlin", py: "python", js: "javascript", xml: "xml", yml: "yaml", json: "json", css: "css",
  sh: "bash", properties: "properties", Dockerfile: "dockerfile",
};

/** Files of the repository as Git knows them, without those it ignores. */
function repositoryFiles() {
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  return execFileSync("git", list, { cwd: root, encoding: "utf8" })
    .split("\0")
    .filter((file) => file !== "" && existsSync(path.join(root, file)));
}

/** The documents of a folder: the named ones first, any others after them by name. */
function folder(files, name, order) {
  const found = files.filter((file) => file.endsWith(".md") && path.posix.dirname(file) === name);
  const place = (file) => {
    const index = order.indexOf(path.posix.basename(file, ".md"));
    return index < 0 ? order.length : index;
  };
  return found.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

/** Where a document's page is in the site. */
function pageUrl(source) {
  if (source === "README.md") {
    return "index.html";
  }
  return source
    .replace(/^docs\//, "")
    .replace(/(^|\/)README\.md$/, "$1index.html")
    .replace(/\.md$/, ".html")
    .toLowerCase();
}

/** The newest folder among those in which Maven may have put a report. */
function newest(...folders) {
  const made = folders.map((name) => path.join(root, name)).filter((name) => existsSync(path.join(name, "index.html")));
  const age = (name) => statSync(path.join(name, "index.html")).mtimeMs;
  return made.sort((a, b) => age(b) - age(a))[0];
}

function javadoc(module) {
  return newest(
    `${module}/target/reports/apidocs`,
    `${module}/target/site/apidocs`,
    `${module}/target/quick/reports/apidocs`,
    `${module}/target/quick/site/apidocs`,
  );
}

/** A relative link from one page of the site to another. */
export function relative(to, from) {
  return path.posix.relative(path.posix.dirname(from), to) || path.posix.basename(to);
}

/** Reads the repository: sections for the navigation, all pages, and what is copied beside them. */
export function readSite() {
  const files = repositoryFiles();
  const known = new Set(files);
  const sections = [
    { title: "Start", sources: ["README.md"] },
    { title: "Guide", sources: folder(files, "docs/guide", guide) },
    { title: "Design", sources: ["ARCHITECTURE.md", ...folder(files, "docs/design", design)] },
    { title: "Reference", sources: ["BENCHMARKS.md", "CHANGELOG.md", "spark/README.md"] },
    { title: "Contributing", sources: ["CONTRIBUTING.md", "bench/README.md"] },
    { title: "Notebook", sources: folder(files, "docs/notebook", ["README"]) },
  ];
  const pages = [];
  for (const section of sections) {
    for (const source of section.sources.filter((file) => known.has(file))) {
      pages.push({ source, url: pageUrl(source), section: section.title });
    }
  }
  const bySource = new Map(pages.map((page) => [page.source, page]));
  const copies = new Map();
  const broken = new Set();

  /** Where a link leads in the site; links to nothing are collected and fail the build. */
  function resolve(href, source) {
    if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(href) || href.startsWith("#")) {
      return href;
    }
    const [file, anchor] = href.split("#", 2);
    const target = path.posix.join(path.posix.dirname(source), decodeURI(file)).replace(/\/$/, "");
    const from = bySource.get(source).url;
    const end = anchor === undefined ? "" : `#${anchor}`;
    const page = bySource.get(target) ?? bySource.get(`${target}/README.md`);
    if (page !== undefined) {
      return relative(page.url, from) + end;
    }
    if (known.has(target) && copied.test(target)) {
      copies.set(target, target);
      return relative(target, from) + end;
    }
    if (known.has(target) || files.some((name) => name.startsWith(`${target}/`))) {
      return relative(sourcePage(target).url, from) + end;
    }
    broken.add(`${source}: the link '${href}' leads to no file of the repository`);
    return href;
  }

  /** A page that shows a file's text, or the names of the files in a folder. */
  function sourcePage(target) {
    let text;
    if (known.has(target)) {
      text = readFileSync(path.join(root, target), "utf8");
    } else {
      text = files.filter((name) => name.startsWith(`${target}/`)).join("\n");
    }
    const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map((run) => run[0].length + 1)));
    const name = path.posix.basename(target);
    const language = languages[name.includes(".") ? name.split(".").pop() : name] ?? "text";
    const page = {
      source: target,
      url: `source/${target}.html`,
      section: "Source",
      markdown: `# ${target.replaceAll("_", "\\_")}\n\n${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}\n`,
    };
    bySource.set(target, page);
    pages.push(page);
    return page;
  }

  const markdown = createMarkdown(resolve);
  // Links of a page may add pages of source files, which this loop then reaches as well.
  for (const page of pages) {
    page.markdown ??= readFileSync(path.join(root, page.source), "utf8");
    Object.assign(page, outline(markdown, page));
  }

  if (broken.size > 0) {
    throw new Error([...broken].join("\n"));
  }

  const reports = [];
  const missing = [];
  const add = (title, url, made, how) => {
    if (made === undefined) {
      missing.push(`${title} is not part of this build: ${how} makes it`);
    } else {
      copies.set(path.relative(root, made), url);
      reports.push({ title, url: `${url}/index.html`, section: "Reference" });
    }
  };
  add("Library API", "api/core", javadoc("core"), ".ci/site");
  add("Spark API", "api/spark", javadoc("spark"), ".ci/site");

  const navigation = sections
    .map(({ title }) => ({ title, entries: [...pages, ...reports].filter((page) => page.section === title) }))
    .filter((section) => section.entries.length > 0);
  return { markdown, pages, copies, navigation, missing };
}
