/**
 * How wide a text is when it is drawn, in CSS pixels.
 */
import { font } from '../../parts/canvas.ts';

let context: CanvasRenderingContext2D | null = null;

export function measured(text: string): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return text.length * 7;
  context.font = font;
  return context.measureText(text).width;
}
