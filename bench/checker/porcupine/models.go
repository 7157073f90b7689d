package main

import (
	"encoding/json"
	"fmt"
	"hash/maphash"

	"github.com/anishathalye/porcupine"
)

// What operations do. read is every operation that never changes anything.
const (
	read = iota
	write
	cas
	add
	remove
	insert
	take
	put
	appendText
)

var functions = map[string]int{
	"read": read, "write": write, "cas": cas, "contains": read, "add": add, "remove": remove,
	"enqueue": insert, "push": insert, "dequeue": take, "pop": take, "acquire": add, "release": remove,
	"get": read, "put": put, "append": appendText,
}

type input struct {
	f       int
	key     int
	process int
	value   int
	from    int
	text    string
}

type output struct {
	ok      bool
	unknown bool // it crashed: it took effect at some moment, or never
	value   int
	text    string
}

// object is a model, and how its operations are read from a history.
type object struct {
	model    porcupine.Model
	asked    func(l *loader, event line) (input, error)
	answered func(l *loader, asked input, value json.RawMessage) (output, error)
	isSet    bool
}

// objects are written as a user of Porcupine would write them at best: parts as small as they can be, states that are
// compared and hashed fast, and none of them needs more than one state at a time.
//
// A crashed operation is always possible: where it cannot take effect it does nothing, and if it never does, then it comes
// at the end of time, where nobody looks.
var objects = map[string]object{
	"register":     {model: register, asked: askedNumber, answered: answeredNumber},
	"cas-register": {model: register, asked: askedNumber, answered: answeredNumber},
	"set":          {model: set, asked: askedNumber, answered: answeredSet, isSet: true},
	"queue":        {model: queue, asked: askedNumber, answered: answeredNumber},
	"stack":        {model: stack, asked: askedNumber, answered: answeredNumber},
	"mutex":        {model: mutex, asked: askedNumber, answered: answeredNumber},
	"kv":           {model: texts, asked: askedText, answered: answeredText},
}

func askedNumber(l *loader, event line) (input, error) {
	f, ok := functions[event.F]
	if !ok {
		return input{}, fmt.Errorf("unknown function %q", event.F)
	}
	if f != cas {
		return input{f: f, value: l.value(event.Value)}, nil
	}
	var pair [2]json.RawMessage
	err := json.Unmarshal(event.Value, &pair)
	return input{f: f, from: l.value(pair[0]), value: l.value(pair[1])}, err
}

func answeredNumber(l *loader, asked input, value json.RawMessage) (output, error) {
	if asked.f == read || asked.f == take {
		return output{ok: true, value: l.value(value)}, nil
	}
	return output{ok: true}, nil
}

func byKey(history []porcupine.Operation) [][]porcupine.Operation {
	return by(history, func(asked input) int { return asked.key })
}

func by(history []porcupine.Operation, part func(asked input) int) [][]porcupine.Operation {
	places := map[int]int{}
	var parts [][]porcupine.Operation
	for _, operation := range history {
		name := part(operation.Input.(input))
		place, ok := places[name]
		if !ok {
			place = len(parts)
			places[name] = place
			parts = append(parts, nil)
		}
		parts[place] = append(parts[place], operation)
	}
	return parts
}

func same(one, other interface{}) bool { return one.(int) == other.(int) }

func hashNumber(state interface{}) uint64 { return mix(uint64(state.(int))) }

func mix(x uint64) uint64 {
	x = (x + 1) * 0x9e3779b97f4a7c15
	x ^= x >> 29
	return x * 0xbf58476d1ce4e5b9
}

// The state is the value.
var register = porcupine.Model{
	Partition: byKey,
	Init:      func() interface{} { return 0 },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		asked, answer := in.(input), out.(output)
		switch asked.f {
		case read:
			return answer.value == state.(int), state
		case write:
			return true, asked.value
		}
		matches := state.(int) == asked.from
		if answer.unknown && !matches {
			return true, state
		}
		if !answer.unknown && matches != answer.ok {
			return false, state
		}
		if matches {
			return true, asked.value
		}
		return true, state
	},
	Equal: same,
	Hash:  hashNumber,
}

// The state is the process that holds the lock, counted from 1, or 0.
var mutex = porcupine.Model{
	Partition: byKey,
	Init:      func() interface{} { return 0 },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		asked, answer := in.(input), out.(output)
		before, after := 0, asked.process+1
		if asked.f == remove {
			before, after = after, before
		}
		if state.(int) == before {
			return true, after
		}
		return answer.unknown, state
	},
	Equal: same,
	Hash:  hashNumber,
}

var seed = maphash.MakeSeed()

func hashText(state interface{}) uint64 { return maphash.String(seed, state.(string)) }

func sameText(one, other interface{}) bool { return one.(string) == other.(string) }

// The state is the text. Each key is a text of its own.
var texts = porcupine.Model{
	Partition: byKey,
	Init:      func() interface{} { return "" },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		asked := in.(input)
		switch asked.f {
		case read:
			return out.(output).text == state.(string), state
		case put:
			return true, asked.text
		}
		return true, state.(string) + asked.text
	},
	Equal: sameText,
	Hash:  hashText,
}

func askedText(l *loader, event line) (input, error) {
	f, ok := functions[event.F]
	if !ok {
		return input{}, fmt.Errorf("unknown function %q", event.F)
	}
	if f == read {
		return input{f: f}, nil
	}
	text, err := plainText(event.Value)
	return input{f: f, text: text}, err
}

func answeredText(l *loader, asked input, value json.RawMessage) (output, error) {
	if asked.f != read {
		return output{ok: true}, nil
	}
	text, err := plainText(value)
	return output{ok: true, text: text}, err
}

// The state is a text of bits, one for each element.
var set = porcupine.Model{
	Partition: byKey,
	Init:      func() interface{} { return "" },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		asked, answer := in.(input), out.(output)
		bits := state.(string)
		if asked.f != read {
			return true, withBit(bits, asked.value, asked.f == add)
		}
		if asked.value == 0 {
			return bits == answer.text, state
		}
		return hasBit(bits, asked.value) == answer.ok, state
	},
	Equal: sameText,
	Hash:  hashText,
}

// The state is whether the element is there. Where nobody reads all of a set, each element is a part of its own.
var element = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		var parts [][]porcupine.Operation
		for _, part := range byKey(history) {
			parts = append(parts, by(part, func(asked input) int { return asked.value })...)
		}
		return parts
	},
	Init: func() interface{} { return false },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		if asked := in.(input); asked.f != read {
			return true, asked.f == add
		}
		return state.(bool) == out.(output).ok, state
	},
	Equal: func(one, other interface{}) bool { return one.(bool) == other.(bool) },
}

// bestFor is the model with the smallest parts.
func bestFor(model object, history []porcupine.Operation) porcupine.Model {
	if model.isSet && !readsAll(history) {
		return element
	}
	return model.model
}

// A read of all is a read without an argument, which is the value 0.
func readsAll(history []porcupine.Operation) bool {
	for _, operation := range history {
		if asked := operation.Input.(input); asked.f == read && asked.value == 0 {
			return true
		}
	}
	return false
}

func answeredSet(l *loader, asked input, value json.RawMessage) (output, error) {
	if asked.f != read {
		return output{ok: true}, nil
	}
	if asked.value != 0 {
		return output{ok: string(value) == "true"}, nil
	}
	var elements []json.RawMessage
	err := json.Unmarshal(value, &elements)
	bits := ""
	for _, element := range elements {
		bits = withBit(bits, l.value(element), true)
	}
	return output{ok: true, text: bits}, err
}

func hasBit(bits string, number int) bool {
	return number/8 < len(bits) && bits[number/8]&(1<<(number%8)) != 0
}

// Equal sets are equal texts: no zeros at the end.
func withBit(bits string, number int, on bool) string {
	if hasBit(bits, number) == on {
		return bits
	}
	length := max(len(bits), number/8+1)
	bytes := make([]byte, length)
	copy(bytes, bits)
	bytes[number/8] ^= 1 << (number % 8)
	for length > 0 && bytes[length-1] == 0 {
		length--
	}
	return string(bytes[:length])
}

// items are shared: a longer list points to the shorter one. Each knows its hash.
type items struct {
	below *items
	value int
	hash  uint64
}

func (top *items) push(value int) *items {
	var below uint64
	if top != nil {
		below = top.hash
	}
	return &items{top, value, mix(below ^ mix(uint64(value)))}
}

func sameItems(one, other *items) bool {
	for one != other {
		if one == nil || other == nil || one.hash != other.hash || one.value != other.value {
			return false
		}
		one, other = one.below, other.below
	}
	return true
}

// The state is the topmost item.
var stack = porcupine.Model{
	Partition: byKey,
	Init:      func() interface{} { return (*items)(nil) },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		asked, answer, top := in.(input), out.(output), state.(*items)
		if asked.f == insert {
			return true, top.push(asked.value)
		}
		if top == nil {
			return answer.unknown || answer.value == 0, state
		}
		return answer.unknown || answer.value == top.value, top.below
	},
	Equal: func(one, other interface{}) bool { return sameItems(one.(*items), other.(*items)) },
	Hash: func(state interface{}) uint64 {
		if top := state.(*items); top != nil {
			return top.hash
		}
		return 0
	},
}

// The state is what is inside, first in first; never changed in place.
var queue = porcupine.Model{
	Partition: byKey,
	Init:      func() interface{} { return []int(nil) },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		asked, answer, inside := in.(input), out.(output), state.([]int)
		if asked.f == insert {
			return true, append(inside[:len(inside):len(inside)], asked.value)
		}
		if len(inside) == 0 {
			return answer.unknown || answer.value == 0, state
		}
		if !answer.unknown && answer.value != inside[0] {
			return false, state
		}
		return true, inside[1:]
	},
	Equal: func(one, other interface{}) bool {
		these, those := one.([]int), other.([]int)
		if len(these) != len(those) {
			return false
		}
		for place, value := range these {
			if value != those[place] {
				return false
			}
		}
		return true
	},
	Hash: func(state interface{}) uint64 {
		hash := uint64(0)
		for _, value := range state.([]int) {
			hash = mix(hash ^ uint64(value))
		}
		return hash
	},
}
