const SIDE = 96;

/** A small picture of a file, as a data address; null where the browser cannot draw it. */
export async function previewOf(file: File): Promise<string | null> {
  try {
    const whole = await createImageBitmap(file);
    const side = Math.min(whole.width, whole.height);
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = SIDE;
    const left = (whole.width - side) / 2;
    const top = (whole.height - side) / 2;
    canvas.getContext('2d')?.drawImage(whole, left, top, side, side, 0, 0, SIDE, SIDE);
    whole.close();
    return canvas.toDataURL('image/jpeg', 0.7);
  } catch {
    return null;
  }
}
