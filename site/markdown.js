// Markdown as GitHub shows it: tables, bare links, headings with GitHub's anchors, code with colours.
import GithubSlugger from "github-slugger";
import hljs from "highlight.js";
import MarkdownIt from "markdown-it";

/** `resolve(href, source)` says where a link or an image of the document `source` is in the site. */
export function createMarkdown(resolve) {
  const markdown = new MarkdownIt({ html: true, linkify: true, highlight });
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

  markdown.core.ruler.push("anchors", ({ tokens }) => {
    const slugger = new GithubSlugger();
    tokens.forEach((token, i) => {
      if (token.type === "heading_open") {
        token.attrSet("id", slugger.slug(plainText(tokens[i + 1])));
      }
    });
  });

  markdown.core.ruler.push("links", ({ tokens, env }) => {
    const change = (token) => {
      for (const name of ["href", "src"]) {
        if (token.attrGet(name) !== null) {
          token.attrSet(name, resolve(token.attrGet(name), env.source));
        }
      }
      if (token.type === "html_inline" || token.type === "html_block") {
        token.content = token.content.replace(
          /\b(href|src|srcset)="([^"]*)"/g,
          (_, name, value) => `${name}="${resolve(value, env.source)}"`,
        );
      }
      token.children?.forEach(change);
    };
    tokens.forEach(change);
  });

  // The corner of a table is often empty: then it heads nothing.
  markdown.core.ruler.push("corners", ({ tokens }) => {
    tokens.forEach((token, i) => {
      if (token.type === "th_open" && tokens[i + 1].content === "") {
        token.tag = "td";
        tokens[i + 2].tag = "td";
      }
    });
  });

  // What is wider than the page scrolls by itself, with the keyboard as well.
  markdown.renderer.rules.table_open = () => '<div class="scroll" tabindex="0"><table>\n';
  markdown.renderer.rules.table_close = () => "</table></div>\n";
  for (const rule of ["fence", "code_block"]) {
    const usual = markdown.renderer.rules[rule];
    markdown.renderer.rules[rule] = (...args) => usual(...args).replace("<pre>", '<pre tabindex="0">');
  }
  return markdown;
}

function highlight(code, language) {
  return hljs.getLanguage(language) ? hljs.highlight(code, { language }).value : "";
}

function plainText(inline) {
  return inline.children
    .filter((token) => token.type === "text" || token.type === "code_inline")
    .map((token) => token.content)
    .join("");
}

/** A page's title and its other headings, down to the third level. */
export function outline(markdown, page) {
  const tokens = markdown.parse(page.markdown, { source: page.source });
  const headings = tokens
    .map((token, i) => ({ token, text: tokens[i + 1] }))
    .filter(({ token }) => token.type === "heading_open" && token.tag <= "h3")
    .map(({ token, text }) => ({ level: Number(token.tag[1]), id: token.attrGet("id"), text: plainText(text) }));
  if (headings.length === 0 || headings[0].level !== 1) {
    throw new Error(`${page.source}: does not begin with a heading of the first level`);
  }
  return { title: headings[0].text, headings: headings.slice(1) };
}
