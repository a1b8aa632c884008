// Builds the site into _site, then checks every link of it. A warning of Eleventy's fails the build, as does a link to
// nothing.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkLinks } from "./links.js";

process.chdir(fileURLToPath(new URL(".", import.meta.url)));
rmSync("_site", { recursive: true, force: true });

const eleventy = spawnSync(process.execPath, ["node_modules/.bin/eleventy"], { encoding: "utf8" });
if (eleventy.status !== 0 || eleventy.stderr !== "") {
  const said = `${eleventy.stdout}${eleventy.stderr}`.split("\n").filter((line) => !/^\[11ty\] +at /.test(line));
  console.error([...said, "The site was not built: see above."].join("\n"));
  process.exit(1);
}
// Eleventy's own lines say which file it wrote where; the others come from eleventy.config.js.
eleventy.stdout
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("[11ty]"))
  .forEach((line) => console.log(line));

const { pages, checked, problems } = await checkLinks("_site");
if (problems.length > 0) {
  console.error(`${problems.join("\n")}\n${problems.length} broken links`);
  process.exit(1);
}
console.log(`site/_site: ${pages} pages, ${checked} links checked, none broken`);
