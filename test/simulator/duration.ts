/** Milliseconds as Go prints a duration: `399ms`, `4.77s`, `9m38.016s`, `1h2m3s`. */
export function goDuration(ms: number): string {
  const whole = Math.max(0, Math.ceil(ms - 1e-6));
  if (whole < 1000) return `${whole}ms`;
  const hours = Math.floor(whole / 3_600_000);
  const minutes = Math.floor((whole % 3_600_000) / 60_000);
  const seconds = (whole % 60_000) / 1000;
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`;
}
