// Porcupine on histories of ours: what it says, how long it takes, and how much memory it needs.
//
//	porcupine -model NAME [-timeout 60s] [-once] HISTORY...
//
// Prints a JSON object a line for each history: {"phase":"loaded"}, {"phase":"first"} with the verdict and figures of the
// first check, {"phase":"warm"} with medians of more checks, unless -once or the first took more than 5 s. Reading the
// file is in none of the figures, but the operations that were read are in the memory.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/anishathalye/porcupine"
)

// The same as in ours.mjs, so that both sides are measured in the same way.
const (
	warmAtMost     = 1000
	warmAtLeast    = 3
	warmTotal      = time.Second
	warmTooLong    = 5 * time.Second
	collectGarbage = 10 * time.Millisecond
)

var verdicts = map[porcupine.CheckResult]string{
	porcupine.Ok: "valid", porcupine.Illegal: "invalid", porcupine.Unknown: "unknown",
}

func main() {
	model := flag.String("model", "", "name of the model")
	timeout := flag.Duration("timeout", time.Minute, "of each check")
	once := flag.Bool("once", false, "check once")
	flag.Parse()
	object, ok := objects[*model]
	if !ok {
		fail(fmt.Errorf("there is no model %q", *model))
	}
	for _, path := range flag.Args() {
		history, err := load(path, object)
		if err != nil {
			fail(err)
		}
		run(bestFor(object, history), history, *timeout, *once)
	}
}

func run(model porcupine.Model, history []porcupine.Operation, timeout time.Duration, once bool) {
	debug.FreeOSMemory()
	forgetPeak()
	report(map[string]any{"phase": "loaded", "operations": len(history), "memoryMb": memory("VmRSS:")})
	verdict, wall, cpu := check(model, history, timeout)
	report(map[string]any{
		"phase": "first", "verdict": verdict, "ms": wall, "cpuMs": cpu, "peakMb": memory("VmHWM:"),
	})
	if once || verdict == "unknown" || wall > ms(warmTooLong) {
		return
	}
	var walls, cpus []float64
	for begin := time.Now(); len(walls) < warmAtMost && (len(walls) < warmAtLeast || time.Since(begin) < warmTotal); {
		if wall > ms(collectGarbage) {
			runtime.GC()
		}
		again, wall, cpu := check(model, history, timeout)
		if again != verdict {
			fail(fmt.Errorf("%s at first, then %s", verdict, again))
		}
		walls, cpus = append(walls, wall), append(cpus, cpu)
	}
	report(map[string]any{"phase": "warm", "ms": median(walls), "cpuMs": median(cpus), "runs": len(walls)})
}

func check(model porcupine.Model, history []porcupine.Operation, timeout time.Duration) (string, float64, float64) {
	cpu := cpuTime()
	begin := time.Now()
	result := porcupine.CheckOperationsTimeout(model, history, timeout)
	wall := time.Since(begin)
	return verdicts[result], ms(wall), ms(cpuTime() - cpu)
}

func ms(duration time.Duration) float64 { return float64(duration) / 1e6 }

func median(figures []float64) float64 {
	sort.Float64s(figures)
	return figures[len(figures)/2]
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		fail(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// forgetPeak makes the kernel count the peak of memory from here.
func forgetPeak() {
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o200); err != nil {
		fail(err)
	}
}

// memory is a figure of the kernel about this process, in MiB.
func memory(name string) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		fail(err)
	}
	_, after, _ := strings.Cut(string(status), name)
	words := strings.Fields(after)
	kilobytes, err := strconv.ParseFloat(words[0], 64)
	if err != nil {
		fail(err)
	}
	return kilobytes / 1024
}

func report(figures map[string]any) {
	text, err := json.Marshal(figures)
	if err != nil {
		fail(err)
	}
	fmt.Println(string(text))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
