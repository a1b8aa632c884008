// Checks every link of the built site: that there is a file where it leads, and in it the anchor. Addresses outside the
// site are not fetched.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Parser } from "htmlparser2";
import { LinkChecker, LinkState } from "linkinator";

/**
 * What javadoc 17 itself gets wrong: the contents of the page of constants cut package names to their first two parts,
 * and the style sheet names the fonts that Maven has javadoc leave out.
 */
const javadocsOwn = /^api\/\w+\/(constant-values\.html#|resources\/fonts\/dejavu\.css$)/;

/** Returns how many pages and links there are, and a line for each link to nothing. */
export async function checkLinks(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll(path.sep, "/"));
  const pages = files.filter((name) => name.endsWith(".html"));
  const styles = files.filter((name) => name.endsWith(".css"));

  const local = (url) => url?.replace(/^http:\/\/localhost:\d+\//, "");
  const { links } = await new LinkChecker().check({
    path: [...pages, ...styles],
    serverRoot: folder,
    checkCss: true,
    redirects: "error",
    linksToSkip: async (link) => !link.startsWith("http://localhost:"),
  });
  const problems = links
    .filter((link) => link.state === LinkState.BROKEN && !javadocsOwn.test(local(link.url)))
    .map(({ url, parent, status }) => `${local(parent) ?? "the site"}: nothing is at ${local(url)} (${status})`);
  const checked = links.filter((link) => link.state === LinkState.OK).length;
  return { pages: pages.length, checked, problems: [...problems, ...missingAnchors(folder, pages)] };
}

/** Linkinator checks anchors too, but only those it has met before it reads the page they lead to. */
function missingAnchors(folder, pages) {
  const anchors = new Map();
  const links = [];
  for (const page of pages) {
    const ids = new Set([""]);
    anchors.set(page, ids);
    const parser = new Parser({
      onopentag(tag, { id, name, href }) {
        ids.add(id);
        if (tag === "a") {
          ids.add(name);
        }
        if (href?.includes("#") && !/^[a-z][a-z0-9+.-]*:/i.test(href)) {
          links.push({ page, href });
        }
      },
    });
    parser.end(readFileSync(path.join(folder, page), "utf8"));
  }
  return links
    .filter(({ page, href }) => {
      const target = new URL(href, `file:///${page}`);
      const file = decodeURIComponent(target.pathname.slice(1));
      const known = anchors.get(file) ?? anchors.get(`${file}index.html`);
      const anchor = decodeURIComponent(target.hash.slice(1));
      return known !== undefined && !known.has(anchor) && !javadocsOwn.test(`${file}#`);
    })
    .map(({ page, href }) => `${page}: ${href} names an anchor that is not there`);
}
