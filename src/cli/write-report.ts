/**
 * Writes the page of a run and its summary beside what they are made from. It never decides: a report that cannot be made is
 * named, and the verdict stands.
 */
import type { Report } from '../report/data.ts';
import { readRun, runReport, writePage, writeWhole } from '../report/run-report.ts';
import type { RunDirectory } from '../run/run-directory.ts';
import { shownPath } from './shown-path.ts';

export function writeReportFiles(directory: RunDirectory, report: Report): void {
  writePage(directory.report, report);
  writeWhole(directory.summary, report.data.markdown);
}

/** The sentence that says where it is, or why there is none. */
export function reportAfterRun(directory: RunDirectory): string {
  try {
    writeReportFiles(directory, runReport(readRun(directory), shownPath(directory.plan)));
    return `report:      ${shownPath(directory.report)}`;
  } catch (error) {
    return `report:      could not be made: ${(error as Error).message}`;
  }
}
