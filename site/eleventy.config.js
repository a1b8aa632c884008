import { readFileSync } from "node:fs";
import path from "node:path";
import { readSite, relative, root } from "./site.js";

export default function (eleventy) {
  const { markdown, pages, copies, navigation, missing } = readSite();
  missing.forEach((line) => console.log(line));

  eleventy.setLibrary("md", markdown);
  eleventy.setUseGitIgnore(false);
  eleventy.addFilter("from", relative);
  // Where the sources are, as soon as the parent POM says so.
  const pom = readFileSync(path.join(root, "pom.xml"), "utf8");
  eleventy.addGlobalData("repository", /<scm>[^]*?<url>(https:[^<]*)<\/url>/.exec(pom)?.[1] ?? "");

  for (const page of pages) {
    const entries = navigation.flatMap((section) => section.entries).filter((entry) => entry.source !== undefined);
    const place = entries.indexOf(page);
    eleventy.addTemplate(`${page.source}.md`, page.markdown, {
      layout: "page.njk",
      permalink: page.url,
      source: page.source,
      title: page.title,
      headings: page.headings,
      url: page.url,
      navigation,
      previous: place > 0 ? entries[place - 1] : undefined,
      next: place >= 0 ? entries[place + 1] : undefined,
    });
  }
  eleventy.addPassthroughCopy({ "src/site.css": "site.css", "src/icon.svg": "icon.svg" });
  for (const [from, to] of copies) {
    eleventy.addPassthroughCopy({ [path.join("..", from)]: to });
  }
  eleventy.addWatchTarget(path.join(root, "docs"));

  return {
    dir: { input: "src", includes: ".", output: "_site" },
    markdownTemplateEngine: false,
    templateFormats: ["md"],
  };
}
