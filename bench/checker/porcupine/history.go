package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/anishathalye/porcupine"
)

// line is one event of a history: ours, or another tool's in the same words.
type line struct {
	Process json.RawMessage `json:"process"`
	Type    string          `json:"type"`
	F       string          `json:"f"`
	Key     json.RawMessage `json:"key"`
	Value   json.RawMessage `json:"value"`
	Ordeal  int             `json:"ordeal"`
	Digest  string          `json:"digest"`
}

// open is an operation that has been called and has not returned.
type open struct {
	input input
	call  int64
}

// loader turns lines into operations. Values become small numbers, so that models compare no texts.
type loader struct {
	object   object
	values   map[string]int
	keys     map[string]int
	clients  map[string]int
	opens    map[string]open
	finished []porcupine.Operation
}

// load reads a history. The order of its lines is its time. What certainly did not happen, and reads that nobody saw the
// answer of, are left out; a crashed operation returns at the end of time.
func load(path string, object object) ([]porcupine.Operation, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var source io.Reader = bufio.NewReaderSize(file, 1<<20)
	if strings.HasSuffix(path, ".gz") {
		if source, err = gzip.NewReader(source); err != nil {
			return nil, err
		}
	}
	l := &loader{
		object:  object,
		values:  map[string]int{"null": 0},
		keys:    map[string]int{"": 0},
		clients: map[string]int{},
		opens:   map[string]open{},
	}
	lines := bufio.NewScanner(source)
	lines.Buffer(make([]byte, 1<<20), 1<<28)
	for at := int64(0); lines.Scan(); at++ {
		if err := l.take(lines.Bytes(), at); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, at+1, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	for process, operation := range l.opens {
		l.crash(process, operation)
	}
	return l.finished, nil
}

func (l *loader) take(text []byte, at int64) error {
	var event line
	if err := json.Unmarshal(text, &event); err != nil {
		return err
	}
	if event.Ordeal != 0 || event.Digest != "" {
		return nil
	}
	process := string(event.Process)
	if event.Type == "invoke" {
		if _, ok := l.clients[process]; !ok {
			l.clients[process] = len(l.clients)
		}
		asked, err := l.object.asked(l, event)
		asked.key, asked.process = number(l.keys, string(event.Key)), l.clients[process]
		l.opens[process] = open{asked, at}
		return err
	}
	operation, ok := l.opens[process]
	if !ok {
		return fmt.Errorf("process %s completes what it did not call", process)
	}
	delete(l.opens, process)
	switch event.Type {
	case "ok":
		answer, err := l.object.answered(l, operation.input, event.Value)
		l.add(operation, answer, at)
		return err
	case "fail":
		// A compare-and-set that was refused says that the value was another one.
		if operation.input.f == cas && string(event.Value) == `"refused"` {
			l.add(operation, output{ok: false}, at)
		}
	case "info":
		l.crash(process, operation)
	default:
		return fmt.Errorf("unknown type %q", event.Type)
	}
	return nil
}

func (l *loader) crash(process string, operation open) {
	if operation.input.f != read {
		l.add(operation, output{unknown: true}, math.MaxInt64)
	}
}

func (l *loader) add(operation open, answer output, at int64) {
	l.finished = append(l.finished, porcupine.Operation{
		ClientId: operation.input.process,
		Input:    operation.input,
		Call:     operation.call,
		Output:   answer,
		Return:   at,
	})
}

// value is the number of a value; the same for the same JSON text. null is 0.
func (l *loader) value(text json.RawMessage) int {
	if len(text) == 0 {
		return 0
	}
	return number(l.values, string(text))
}

func number(numbers map[string]int, text string) int {
	known, ok := numbers[text]
	if !ok {
		known = len(numbers)
		numbers[text] = known
	}
	return known
}

func plainText(text json.RawMessage) (string, error) {
	if len(text) == 0 {
		return "", nil
	}
	return strconv.Unquote(string(text))
}
