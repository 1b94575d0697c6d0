/** Whether a request line asks for a watch. */
export function isWatch(path: string): boolean {
  return /[?&]watch=(true|1)\b/.test(path)
}
