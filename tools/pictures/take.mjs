// Takes faces, signs and fonts from their packages: `npm install && npm run take` in this folder.
// Everything lands in notebooks/pictures/taken/ and src/bordercourse/look/fonts/, beside its licence.
// Scenes and the map are drawn around them by draw.py.
import { createAvatar } from "@dicebear/core";
import * as peeps from "@dicebear/open-peeps";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const modules = join(here, "node_modules");
const taken = join(root, "notebooks", "pictures", "taken");
const fonts = join(root, "src", "bordercourse", "look", "fonts");

// Python reads TOML out of the box; Node does not.
const reader = "import json,sys,tomllib; print(json.dumps(tomllib.load(open(sys.argv[1],'rb'))))";
const { defaults, faces, ...people } = JSON.parse(
  execFileSync("python3", ["-c", reader, join(here, "people.toml")], { encoding: "utf8" }),
);

function face(person, mood) {
  const drawn = createAvatar(peeps, {
    seed: "bordercourse",
    head: [person.style],
    face: [faces[mood]],
    skinColor: [person.skin],
    headContrastColor: [person.hair ?? defaults.hair],
    clothingColor: [person.clothes],
    accessories: person.glasses ? [person.glasses] : [],
    accessoriesProbability: person.glasses ? 100 : 0,
    facialHairProbability: 0,
    maskProbability: 0,
  }).toString();
  // The metadata and the mask would stand in every scene again; a scene draws its own edge.
  return drawn
    .replace(/<metadata.*?<\/metadata>/s, "")
    .replace(/<mask.*?<\/mask>/s, "")
    .replace(' mask="url(#viewboxMask)"', "")
    .replace(/<g transform="[^"]*"><\/g>/g, "");
}

mkdirSync(join(taken, "faces"), { recursive: true });
for (const [name, person] of Object.entries(people)) {
  const usual = person.face ?? defaults.face;
  writeFileSync(join(taken, "faces", `${name}.svg`), face(person, usual) + "\n");
  for (const mood of person.mood ?? []) {
    writeFileSync(join(taken, "faces", `${name}-${mood}.svg`), face(person, mood) + "\n");
  }
}
copyFileSync(join(modules, "@dicebear/open-peeps/LICENSE"), join(taken, "faces", "LICENSE"));

const signs = JSON.parse(readFileSync(join(here, "signs.json"), "utf8"));
mkdirSync(join(taken, "signs"), { recursive: true });
for (const [name, path] of Object.entries(signs)) {
  copyFileSync(join(modules, "healthicons/public/icons/svg/outline", path), join(taken, "signs", `${name}.svg`));
}
copyFileSync(join(modules, "healthicons/LICENSE"), join(taken, "signs", "LICENSE"));

mkdirSync(fonts, { recursive: true });
for (const script of ["khmer", "thai"]) {
  const family = "NotoSans" + script[0].toUpperCase() + script.slice(1);
  for (const weight of ["400Regular", "700Bold"]) {
    const file = `${family}_${weight}.ttf`;
    copyFileSync(join(modules, `@expo-google-fonts/noto-sans-${script}`, weight, file), join(fonts, file));
  }
}
copyFileSync(join(modules, "@expo-google-fonts/noto-sans-khmer/LICENSE_FONT"), join(fonts, "OFL.txt"));
