// Makes public/fonts: Pretendard cut to the characters that the page's own words use, JetBrains Mono as it is.
// Both are under the SIL Open Font License. Text that a reader types in other scripts falls back to the system's fonts.
import { mkdir, readFile, readdir, stat, writeFile, copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import subsetFont from 'subset-font'

const OUT = 'public/fonts'
const PRETENDARD = 'node_modules/pretendard/dist/web/variable/woff2/PretendardVariable.woff2'
const MONO = 'node_modules/@fontsource/jetbrains-mono/files'
const WORDS = ['src/i18n', 'src/features', 'src/app', 'src/ui', 'src/stores', 'index.html']

const ascii = Array.from({ length: 0x7f - 0x20 }, (_, i) => String.fromCharCode(0x20 + i)).join('')
const latin = Array.from({ length: 0x100 - 0xa0 }, (_, i) => String.fromCharCode(0xa0 + i)).join('')
const signs = '–—‘’“”•…‹›←↑→↓↔⇒−×÷≤≥≠≈✓✗▶◀▲▼■□●○◆⌘⏎␣'

const files = (await Promise.all(WORDS.map(list))).flat()
const texts = await Promise.all(files.map((f) => readFile(f, 'utf8')))
const characters = [...new Set(ascii + latin + signs + texts.join(''))].sort().join('')

await mkdir(OUT, { recursive: true })
const stamp = join(OUT, 'characters.txt')
if ((await readFile(stamp, 'utf8').catch(() => '')) !== characters) {
  const font = await subsetFont(await readFile(PRETENDARD), characters, { targetFormat: 'woff2' })
  await writeFile(join(OUT, 'pretendard.woff2'), font)
  for (const weight of [400, 700])
    await copyFile(join(MONO, `jetbrains-mono-latin-${weight}-normal.woff2`), join(OUT, `jetbrains-mono-${weight}.woff2`))
  await writeFile(stamp, characters)
  console.log(`fonts: ${characters.length} characters, Pretendard ${Math.round(font.length / 1024)} kB`)
}

async function list(path) {
  const info = await stat(path).catch(() => null)
  if (!info) return []
  if (info.isFile()) return [path]
  return (await Promise.all((await readdir(path)).filter((n) => !n.includes('.test.')).map((n) => list(join(path, n))))).flat()
}
