// Lists of operations of runqueue/1: command lines ("sleep 10ms") and, where something nests,
// objects: {"repeat": 100, "do": [ … ]}, {"fork": [ … ]}, {"if child": [ … ]}.
#include "base/limits.hpp"
#include "base/text.hpp"
#include "scenario/readers.hpp"
#include "scenario/units.hpp"

namespace rq {

namespace {

const std::vector<std::string_view> block_keys = {"repeat",         "fork",        "vfork",
                                                  "clone",          "if child",    "if parent",
                                                  "pthread_create", "posix_spawn"};

/// What two functions of the C library ask of clone (glibc 2.36, as strace shows them); empty for
/// any other key.
std::string_view library_flags(std::string_view key) {
    if (key == "pthread_create")
        return "CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM|"
               "CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID";
    return key == "posix_spawn" ? "CLONE_VM|CLONE_VFORK|SIGCHLD" : "";
}

/// Bits of `present` for fork and clone.
constexpr u16 fork_program = 1, fork_count = 2, fork_name = 4;
constexpr u16 clone_flags = 1, clone_program = 2, clone_name = 4;

}  // namespace

ProgramReader::ProgramReader(Reading& reading, Scenario& scenario)
    : reading_(reading), scenario_(scenario), builder_(reading, scenario) {
    builder_.write_out = [this](u32 index, ProgramDraft& draft, Place place) {
        return write_out(index, draft, place);
    };
}

void ProgramReader::read_programs(Json programs) {
    if (!programs || !reading_.want(programs, JsonKind::object, "`programs`")) return;
    for (Json p = programs.first(); p; p = p.next()) {
        bool good = !p.key().empty();
        for (char c : p.key()) good &= static_cast<u8>(c) >= 0x20 && c != 0x7f;
        u32 index = 0;
        if (!good) {
            reading_.fail("bad-name", p.key_place(),
                          "the name of a program is empty or holds control characters.");
        } else if (!builder_.declare(p.key(), index)) {
            reading_.fail("duplicate-key", p.key_place(),
                          "the program " + quoted(p.key()) + " is written twice.");
        } else {
            named_.push_back(Named{index, p, Named::State::unread});
        }
    }
    for (u32 i = 0; i < named_.size() && !reading_.full(); ++i) body(i);
}

void ProgramReader::body(u32 named) {
    if (named_[named].state != Named::State::unread) return;
    named_[named].state = Named::State::reading;
    ProgramDraft draft;
    list(draft, named_[named].body);
    builder_.define(named_[named].index, std::move(draft));
    named_[named].state = Named::State::read;
}

bool ProgramReader::write_out(u32 index, ProgramDraft& draft, Place place) {
    if (index >= named_.size()) return false;
    if (named_[index].state == Named::State::reading) {
        reading_.fail("recursion", place,
                      "the program " + quoted(scenario_.programs[index].name) + " calls itself.",
                      "Use {\"repeat\": -1, \"do\": [ … ]} for what goes on for ever.");
        return false;
    }
    if (++calls_ > limits::depth)
        reading_.fail("too-deep", place, "programs call each other more than 32 deep.");
    else
        body(index);
    --calls_;
    const u32 shift = static_cast<u32>(draft.spec.ops.size());
    u32 loops = draft.loops;
    std::vector<u32> ends;  // of the blocks that are open in the copy
    // A copy of the size, not of the operations: pushing goes to another program.
    const std::size_t count = scenario_.programs[index].ops.size();
    for (std::size_t i = 0; i < count && reading_.ok(); ++i) {
        Op op = scenario_.programs[index].ops[i];
        if (op.code == OpCode::loop_begin && ++loops > limits::loops)
            reading_.fail("too-deep", place, "`repeat` blocks are nested more than 8 deep.");
        if (op.code == OpCode::loop_end) --loops;
        while (!ends.empty() && ends.back() <= i) ends.pop_back();
        bool target = op.code == OpCode::loop_begin || op.code == OpCode::loop_end ||
                      op.code == OpCode::if_child || op.code == OpCode::if_parent;
        if (target && op.code != OpCode::loop_end) ends.push_back(op.block);
        if (draft.blocks + ends.size() > blocks_deep)
            reading_.fail("too-deep", place, "blocks are nested more than 12 deep.");
        if (target) op.block += shift;
        builder_.push(draft, op, place);
    }
    return reading_.ok();
}

bool ProgramReader::read_program(Json value, u32& index) {
    if (value.is(JsonKind::string)) return builder_.find(value.text(), value.place(), index);
    return nested(value, index);
}

bool ProgramReader::nested(Json value, u32& index) {
    std::size_t errors = reading_.errors.size();
    ProgramDraft draft;
    list(draft, value);
    index = builder_.add(std::move(draft));
    return reading_.errors.size() == errors;
}

void ProgramReader::list(ProgramDraft& draft, Json ops) {
    if (!reading_.want(ops, JsonKind::array, "a list of operations")) return;
    for (Json e = ops.first(); e && !reading_.full(); e = e.next()) {
        if (e.is(JsonKind::string)) {
            builder_.command(draft, e.text(), e.place());
        } else if (e.is(JsonKind::object)) {
            block(draft, e);
        } else {
            reading_.fail("wrong-type", e.place(),
                          "an operation must be a string such as \"run 5ms\" or an object such as "
                          "{\"repeat\": 3, \"do\": [ … ]}.");
        }
    }
}

void ProgramReader::block(ProgramDraft& draft, Json op) {
    Json verb;
    for (Json m = op.first(); m && !verb; m = m.next()) {
        for (std::string_view key : block_keys) {
            if (m.key() == key) verb = m;
        }
    }
    if (verb && verb.key() == "repeat") return repeat(draft, op, verb);
    if (verb && verb.key() == "if child")
        return condition(draft, op, verb, OpCode::if_child);
    if (verb && verb.key() == "if parent")
        return condition(draft, op, verb, OpCode::if_parent);
    if (verb) {
        OpCode code = verb.key() == "fork"    ? OpCode::fork
                      : verb.key() == "vfork" ? OpCode::vfork
                                              : OpCode::clone;
        return child(draft, op, verb, code);
    }
    if (!op.first())
        return reading_.fail("unknown-op", op.place(), "an empty object is no operation.");
    // {"sleep": "10ms"} is the one-key form of "sleep 10ms".
    Json m = op.first();
    std::string line(m.key());
    OpCode code = op_by_name(m.key().data(), static_cast<u32>(m.key().size()));
    if (op.size() != 1 || code == OpCode::count_) {
        std::vector<std::string_view> known = block_keys;
        for (u32 i = 0; i < static_cast<u32>(OpCode::count_); ++i)
            known.emplace_back(op_info(static_cast<OpCode>(i)).name);
        return reading_.fail("unknown-op", m.key_place(),
                             "unknown operation " + quoted(m.key()) + ".",
                             did_you_mean(m.key(), known));
    }
    std::string argument;
    if (!reading_.scalar(m, "the argument of an operation", argument)) return;
    line += ' ' + argument;
    // The words stand in two places; the key's is where to look.
    Place place = m.key_place();
    builder_.command(draft, line, place);
}

void ProgramReader::repeat(ProgramDraft& draft, Json op, Json times) {
    reading_.keys(op, {"repeat", "do"}, "a `repeat`");
    Json body = Reading::member(op, "do");
    if (!body) return reading_.missing(op, "do", "a `repeat`");
    s64 count = -1;
    bool for_ever = times.is(JsonKind::string) && times.text() == "forever";
    if (!for_ever && !reading_.integer(times, -1, s64{1} << 40, "`repeat`", count)) return;
    u32 opened = builder_.open(draft, OpCode::loop_begin, count, times.key_place());
    list(draft, body);
    builder_.close(draft, opened, body.place());
}

void ProgramReader::condition(ProgramDraft& draft, Json op, Json body, OpCode code) {
    reading_.keys(op, {body.key()}, "a condition");
    u32 opened = builder_.open(draft, code, 0, body.key_place());
    list(draft, body);
    builder_.close(draft, opened, body.key_place());
}

/// The program of a child: a named one, a list, or for posix_spawn the exec of a named one.
bool ProgramReader::child_program(Json body, u32& index) {
    const bool spawn = body.key() == "posix_spawn";
    if (spawn && !reading_.want(body, JsonKind::string, "`posix_spawn`")) return false;
    if (!body.is(JsonKind::string)) return nested(body, index);
    if (!builder_.find(body.text(), body.place(), index)) return false;
    if (!spawn) return true;
    Op exec = make_op(OpCode::exec);
    exec.name[0] = scenario_.intern(std::string(body.text()));
    exec.block = index;
    exec.present = 1;
    ProgramDraft draft;
    builder_.push(draft, exec, body.place());
    index = builder_.add(std::move(draft));
    return true;
}

void ProgramReader::child(ProgramDraft& draft, Json op, Json body, OpCode code) {
    Op made = make_op(code);
    std::vector<std::string_view> known = {body.key()};
    if (code == OpCode::fork) known = {"fork", "count", "name"};
    const std::string_view fixed = library_flags(body.key());
    if (code == OpCode::clone) known = {body.key(), "name"};
    if (code == OpCode::clone && fixed.empty()) known.push_back("flags");
    reading_.keys(op, known, "a " + quoted(body.key()));
    if (Json m = Reading::member(op, "count"); m && code == OpCode::fork) {
        if (!reading_.integer(m, 1, 65'536, "the number of children", made.n[0])) return;
        made.present |= fork_count;
    }
    std::string name;
    if (Json m = Reading::member(op, "name"); m && code != OpCode::vfork) {
        if (!reading_.name(m, "the name of a child", limits::comm, name)) return;
        made.name[code == OpCode::clone] = scenario_.intern(name);
        made.present |= code == OpCode::clone ? clone_name : fork_name;
    }
    if (code == OpCode::clone) {
        std::string flags(fixed.empty() ? "SIGCHLD" : fixed);
        Json chosen = Reading::member(op, "flags");
        if (chosen && fixed.empty() && !reading_.string(chosen, "`flags`", flags)) return;
        made.name[0] = scenario_.intern(flags);
        made.present |= clone_flags;
        if (!builder_.finish(made, ArgumentPlaces::at(op.place()))) return;
    }
    if (!child_program(body, made.block)) return;
    made.present |= code == OpCode::clone ? clone_program : fork_program;
    builder_.push(draft, made, body.key_place());
}

}  // namespace rq
