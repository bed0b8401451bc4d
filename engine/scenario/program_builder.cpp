// Programs in the making: names, blocks made flat, and what the words of an operation mean.
#include "scenario/program_builder.hpp"

#include "base/limits.hpp"
#include "scenario/process_words.hpp"
#include "scenario/units.hpp"

namespace rq {

u32 Scenario::intern(std::string_view name) {
    if (name.empty()) return 0;
    auto known = name_ids.find(name);
    if (known != name_ids.end()) return known->second;
    u32 id = static_cast<u32>(names.size());
    names.emplace_back(name);
    name_ids.emplace(std::string(name), id);
    return id;
}

bool ProgramBuilder::declare(std::string_view name, u32& index) {
    index = static_cast<u32>(scenario_.programs.size());
    if (!declared_.emplace(std::string(name), index).second) return false;
    scenario_.programs.push_back(ProgramSpec{std::string(name), {}, {}});
    return true;
}

bool ProgramBuilder::find(std::string_view name, Place place, u32& index) {
    auto known = declared_.find(name);
    if (known != declared_.end()) {
        index = known->second;
        return true;
    }
    std::vector<std::string_view> names;
    for (const auto& entry : declared_) names.emplace_back(entry.first);
    reading_.fail("unknown-program", place, "there is no program " + quoted(name) + ".",
                  did_you_mean(name, names));
    return false;
}

void ProgramBuilder::define(u32 index, ProgramDraft&& draft) {
    ProgramSpec& spec = scenario_.programs[index];
    spec.ops = std::move(draft.spec.ops);
    spec.places = std::move(draft.spec.places);
}

u32 ProgramBuilder::add(ProgramDraft&& draft) {
    scenario_.programs.push_back(std::move(draft.spec));
    return static_cast<u32>(scenario_.programs.size()) - 1;
}

void ProgramBuilder::push(ProgramDraft& draft, const Op& op, Place place) {
    if (++ops_ > limits::ops) {
        if (ops_ == limits::ops + 1)
            reading_.fail("limit", place, "the programs hold more than 1,048,576 operations.");
        return;
    }
    draft.spec.ops.push_back(op);
    draft.spec.places.push_back(place);
}

u32 ProgramBuilder::open(ProgramDraft& draft, OpCode code, s64 times, Place place) {
    if (code == OpCode::loop_begin && ++draft.loops > limits::loops)
        reading_.fail("too-deep", place, "`repeat` blocks are nested more than 8 deep.");
    if (++draft.blocks > blocks_deep)
        reading_.fail("too-deep", place, "blocks are nested more than 12 deep.");
    Op op = make_op(code);
    op.n[0] = times;
    if (code == OpCode::loop_begin) op.present = 1;
    push(draft, op, place);
    return static_cast<u32>(draft.spec.ops.size()) - 1;
}

void ProgramBuilder::close(ProgramDraft& draft, u32 opened, Place place) {
    --draft.blocks;
    if (opened >= draft.spec.ops.size()) return;  // beyond the limit, already said
    OpCode code = draft.spec.ops[opened].code;
    if (code == OpCode::loop_begin) {
        if (draft.spec.ops[opened].n[0] == -1 && draft.spec.ops.size() == opened + 1)
            reading_.fail("no-progress", place, "an empty block repeated for ever never ends.");
        Op end = make_op(OpCode::loop_end);
        end.block = opened;
        draft.spec.ops[opened].block = static_cast<u32>(draft.spec.ops.size());
        push(draft, end, place);
        --draft.loops;
    } else {
        draft.spec.ops[opened].block = static_cast<u32>(draft.spec.ops.size());
    }
}

namespace {

/// Bounds of the first whole number of an operation, where it has narrower ones than its type.
struct Bounds {
    OpCode code;
    s64 low;
    s64 high;
    const char* what;
};

constexpr Bounds bounds[] = {
    {OpCode::fork, 1, 65'536, "the number of children"},
    {OpCode::exit, 0, 255, "an exit status"},
    {OpCode::exit_group, 0, 255, "an exit status"},
    {OpCode::map, 1, s64{1} << 36, "the number of pages"},
    {OpCode::barrier, 1, limits::tasks, "the number of tasks at a barrier"},
    {OpCode::pipe_write, 1, 65'536, "the number of bytes"},
    {OpCode::pipe_read, 1, 65'536, "the number of bytes"},
    {OpCode::nice, -40, 40, "the change of the nice value"},
};

bool map_kind(std::string_view word, u64& flags) {
    constexpr std::string_view kinds[] = {"anon", "shared", "file", "file_shared"};
    for (u32 i = 0; i < 4; ++i) {
        if (word == kinds[i]) {
            flags = i;
            return true;
        }
    }
    return false;
}

/// "read", "write|random", "chase|sequential".
bool memrun_kind(std::string_view text, u64& flags) {
    std::size_t bar = text.find('|');
    std::string_view kind = text.substr(0, bar);
    flags = kind == "read" ? 0 : kind == "write" ? 1 : 2;
    if (flags == 2 && kind != "chase") return false;
    if (bar == std::string_view::npos) return true;
    std::string_view pattern = text.substr(bar + 1);
    if (pattern == "random") flags |= memrun_random;
    return pattern == "random" || pattern == "sequential";
}

/// A policy, perhaps followed by |SCHED_RESET_ON_FORK, and in setattr by further flags.
bool policy_words(std::string_view text, bool attr, u64& flags) {
    std::size_t bar = text.find('|');
    Policy policy = Policy::normal;
    if (!parse_policy(text.substr(0, bar), policy)) return false;
    flags = static_cast<u64>(policy);
    while (bar != std::string_view::npos) {
        text.remove_prefix(bar + 1);
        bar = text.find('|');
        const std::string_view word = text.substr(0, bar);
        if (word == "SCHED_RESET_ON_FORK" || (attr && word == "SCHED_FLAG_RESET_ON_FORK"))
            flags |= sched_flag_reset_on_fork;
        else if (attr && word == "SCHED_FLAG_RECLAIM")
            flags |= setattr_flag_reclaim;
        else if (attr && word == "SCHED_FLAG_DL_OVERRUN")
            flags |= setattr_flag_dl_overrun;
        else
            return false;
    }
    return true;
}

}  // namespace

bool ProgramBuilder::words(Op& op, const ArgumentPlaces& places) {
    std::string_view text = scenario_.names[op.name[0]];
    std::string_view bad = text;
    const char* what = nullptr;
    Place place = places.name[0];
    switch (op.code) {
        case OpCode::clone:
            if (!parse_clone_flags(text, op.flags, bad)) what = "no clone flag or signal";
            break;
        case OpCode::setscheduler:
        case OpCode::setattr:
            if (!policy_words(text, op.code == OpCode::setattr, op.flags)) what = "no policy";
            break;
        case OpCode::map:
            bad = scenario_.names[op.name[1]];
            place = places.name[1];
            if (op.present >> 2 & 1 && !map_kind(bad, op.flags))
                what = "no kind of mapping (anon, shared, file, file_shared)";
            break;
        case OpCode::lock:
            op.flags = op.present >> 1 & 1;
            bad = scenario_.names[op.name[1]];
            place = places.name[1];
            if (op.flags && bad != "pi") what = "no kind of mutex (pi)";
            break;
        case OpCode::period: op.flags = scenario_.start == StartStyle::kload; break;
        case OpCode::memrun:
            if (!memrun_kind(text, op.flags)) what = "no memrun (read, write or chase, |random)";
            break;
        case OpCode::setaffinity: {
            std::vector<u32> cpus;
            if (text == "all") break;
            if (!parse_cpu_list(text, cpus)) {
                what = "no list of CPUs as in 0-3,8";
            } else {
                op.name[0] = scenario_.intern(format_cpu_list(cpus));
            }
            break;
        }
        default: {
            what = process_words(scenario_, op, bad);
            const std::string& second = scenario_.names[op.name[1]];
            bool in_second = std::less_equal<>()(second.data(), bad.data()) &&
                             std::less_equal<>()(bad.data(), second.data() + second.size());
            if (op.name[1] && in_second) place = places.name[1];
            break;
        }
    }
    if (!what) return true;
    reading_.fail("bad-argument", place, quoted(bad) + " is " + what + ".");
    return false;
}

bool ProgramBuilder::finish(Op& op, const ArgumentPlaces& places) {
    if (!words(op, places)) return false;
    if (op.code == OpCode::exec && !find(scenario_.names[op.name[0]], places.name[0], op.block))
        return false;
    for (const Bounds& b : bounds) {
        if (b.code != op.code) continue;
        // Only what was written has to be in range.
        const char* letters = op_info(op.code).arguments;
        u32 k = 0;
        while (*letters && *letters != 'i') {
            letters += letters[1] == '?' ? 2 : 1;
            ++k;
        }
        if (!(op.present >> k & 1) || (op.n[0] >= b.low && op.n[0] <= b.high)) continue;
        reading_.fail("out-of-range", places.n[0],
                      std::string(b.what) + " must be " + std::to_string(b.low) + " to " +
                          std::to_string(b.high) + ", not " + std::to_string(op.n[0]) + ".");
        return false;
    }
    if (op.code == OpCode::setscheduler)
        return reading_.rank(places.n[0], static_cast<Policy>(op.flags & 0xff), 0, op.n[0]);
    return true;
}

}  // namespace rq
