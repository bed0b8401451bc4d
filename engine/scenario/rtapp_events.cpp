// Events of rt-app: a key that begins with the name of an event is one, so `run0` and `run1` are
// two `run`s; their order, duplicates included, is the program.
#include "scenario/rtapp_reader.hpp"

#include "base/limits.hpp"

namespace rq {

namespace {

struct Event {
    std::string_view prefix;
    OpCode code;
};

/// Tried in this order: a longer name stands before one that it begins with.
constexpr Event event_table[] = {
    {"lock", OpCode::lock},           {"unlock", OpCode::unlock},
    {"wait", OpCode::cond_wait},      {"signal", OpCode::cond_signal},
    {"broad", OpCode::cond_broadcast}, {"sync", OpCode::cond_sync},
    {"sleep", OpCode::sleep},         {"runtime", OpCode::runtime},
    {"run", OpCode::run},             {"timer", OpCode::timer},
    {"suspend", OpCode::suspend},     {"resume", OpCode::resume},
    {"memrun", OpCode::memrun},       {"mem", OpCode::mem},
    {"iorun", OpCode::iorun},         {"yield", OpCode::yield},
    {"barrier", OpCode::barrier},     {"fork", OpCode::clone},
    {"sem_post", OpCode::sem_post},   {"sem_wait", OpCode::sem_wait},
};

OpCode event_code(std::string_view key) {
    for (const Event& e : event_table) {
        if (key.substr(0, e.prefix.size()) == e.prefix) return e.code;
    }
    return OpCode::count_;
}

constexpr u64 int_max = 0x7fffffff;  // rt-app reads its numbers as 32-bit integers

}  // namespace

bool RtappReader::is_event(std::string_view key) { return event_code(key) != OpCode::count_; }

u32 RtappReader::events(ProgramDraft& draft, Json object) {
    u32 count = 0;
    for (Json m = object.first(); m && !reading_.full(); m = m.next()) {
        if (!is_event(m.key())) continue;
        event(draft, m);
        ++count;
    }
    if (count == 0)
        reading_.fail("no-events", object.place(), "there is no event to run in here.",
                      "A thread or phase wants at least one of run, sleep, timer, lock …");
    return count;
}

void RtappReader::event(ProgramDraft& draft, Json e) {
    OpCode code = event_code(e.key());
    switch (code) {
        case OpCode::run:
        case OpCode::runtime:
        case OpCode::sleep:
        case OpCode::mem:
        case OpCode::iorun: return simple(draft, e, code);
        case OpCode::cond_wait:
        case OpCode::cond_sync: return condition(draft, e, code);
        case OpCode::timer: return timer(draft, e);
        case OpCode::memrun: return memrun(draft, e);
        case OpCode::clone: return fork(draft, e);
        case OpCode::yield: return builder_.push(draft, make_op(code), e.key_place());
        default: return text(draft, e, code);
    }
}

void RtappReader::simple(ProgramDraft& draft, Json e, OpCode code) {
    u64 amount = 0;
    if (!reading_.natural(e, u64{0}, int_max, quoted(e.key()), amount)) return;
    bool is_time = code != OpCode::mem && code != OpCode::iorun;
    Op op = make_op(code);
    op.present = 1;
    op.n[0] = static_cast<s64>(is_time ? amount * NSEC_PER_USEC : amount);
    builder_.push(draft, op, e.key_place());
}

void RtappReader::text(ProgramDraft& draft, Json e, OpCode code) {
    if (!reading_.want(e, JsonKind::string, quoted(e.key()))) return;
    std::string_view name = e.text();
    if (name.empty() && code == OpCode::suspend) name = thread_;
    if (name.empty())
        return reading_.fail("bad-name", e.place(), quoted(e.key()) + " wants a name.");
    Op op = make_op(code);
    op.present = 1;
    op.name[0] = scenario_.intern(name);
    if (code == OpCode::lock && pi_) {
        op.name[1] = scenario_.intern("pi");
        op.present = 3;
        op.flags = 1;
    }
    if (code == OpCode::barrier) op.present = 3;  // the number follows in settle_barriers
    builder_.push(draft, op, e.key_place());
}

std::string RtappReader::text_member(Json object, std::string_view key,
                                     std::string_view otherwise) {
    std::string out(otherwise);
    if (Json m = Reading::member(object, key)) reading_.string(m, quoted(key), out);
    return out;
}

void RtappReader::condition(ProgramDraft& draft, Json e, OpCode code) {
    if (!reading_.want(e, JsonKind::object, quoted(e.key()))) return;
    Op op = make_op(code);
    op.present = 3;
    op.name[0] = scenario_.intern(text_member(e, "ref", "unknown"));
    op.name[1] = scenario_.intern(text_member(e, "mutex", "unknown"));
    builder_.push(draft, op, e.key_place());
}

void RtappReader::timer(ProgramDraft& draft, Json e) {
    if (!reading_.want(e, JsonKind::object, quoted(e.key()))) return;
    Op op = make_op(OpCode::timer);
    op.present = 7;
    u64 period = 0;
    if (Json m = Reading::member(e, "period"))
        reading_.natural(m, u64{0}, int_max, "`period`", period);
    op.n[0] = static_cast<s64>(period * NSEC_PER_USEC);
    op.n[1] = text_member(e, "mode", "relative").substr(0, 8) == "absolute";
    op.name[0] = scenario_.intern(text_member(e, "ref", "unknown"));
    if (op.n[1] == 0 && Reading::member(e, "mode") &&
        text_member(e, "mode", "").substr(0, 8) != "relative")
        notice(Reading::member(e, "mode").place(), "the timer's mode is taken as relative.");
    builder_.push(draft, op, e.key_place());
}

void RtappReader::memrun(ProgramDraft& draft, Json e) {
    if (!reading_.want(e, JsonKind::object, quoted(e.key()))) return;
    reading_.keys(e, {"type", "size", "count", "stride", "pattern", "ref"}, "`memrun`");
    Op op = make_op(OpCode::memrun);
    op.present = 7;
    std::string kind = text_member(e, "type", "read");
    kind += '|' + text_member(e, "pattern", "sequential");
    op.name[0] = scenario_.intern(kind);
    u64 amounts[3] = {0, 0, 64};
    const char* keys[3] = {"size", "count", "stride"};
    for (u32 i = 0; i < 3; ++i) {
        if (Json m = Reading::member(e, keys[i]))
            reading_.natural(m, u64{0}, int_max, quoted(keys[i]), amounts[i]);
        op.n[i] = static_cast<s64>(amounts[i]);
    }
    op.present = 15;
    if (Json ref = Reading::member(e, "ref")) {
        op.name[1] = scenario_.intern(text_member(e, "ref", ""));
        if (op.name[1]) op.present = 31;
    }
    if (builder_.finish(op, ArgumentPlaces::at(e.place()))) builder_.push(draft, op, e.key_place());
}

void RtappReader::fork(ProgramDraft& draft, Json e) {
    if (!reading_.want(e, JsonKind::string, quoted(e.key()))) return;
    // What pthread_create asks of clone(2).
    Op op = make_op(OpCode::clone);
    op.present = 7;
    op.name[0] = scenario_.intern(
        "CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SYSVSEM|CLONE_SIGHAND|CLONE_THREAD|CLONE_SETTLS|"
        "CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID");
    op.name[1] = scenario_.intern(e.text());
    if (!builder_.finish(op, ArgumentPlaces::at(e.place()))) return;
    forks_.push_back(Fork{std::string(e.text()), e.place()});
    builder_.push(draft, op, e.key_place());
}

}  // namespace rq
