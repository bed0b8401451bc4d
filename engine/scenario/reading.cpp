// Typed values out of JSON, with a sentence for each way in which they can be wrong.
#include "scenario/reading.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "scenario/units.hpp"

namespace rq {

namespace {

std::string range_text(s64 low, s64 high) {
    std::string out;
    append_s64(out, low);
    out += " to ";
    append_s64(out, high);
    return out;
}

}  // namespace

std::string quoted(std::string_view text) {
    std::string out = "`";
    std::size_t shown = 0;
    for (char c : text) {
        // Cut between characters, never within one.
        if (shown >= 40 && (static_cast<u8>(c) & 0xc0) != 0x80) {
            out += "…";
            break;
        }
        out += static_cast<u8>(c) < 0x20 || c == 0x7f ? '?' : c;
        ++shown;
    }
    return out + "`";
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
    std::string_view found = nearest(word, candidates);
    return found.empty() ? "" : "Did you mean " + quoted(found) + "?";
}

void Reading::fail(std::string code, Place place, std::string message, std::string hint) {
    if (full()) return;
    errors.push_back(
        Diagnostic{std::move(code), std::move(message), std::move(hint), place.line, place.column});
}

bool Reading::want(Json value, JsonKind kind, std::string_view what) {
    if (value.is(kind)) return true;
    if (kind == JsonKind::integer && value.is(JsonKind::real) &&
        value.text().find_first_of(".eE") == std::string_view::npos) {
        fail("out-of-range", value.place(),
             std::string(what) + " is beyond all bounds: " + quoted(value.text()) + ".");
        return false;
    }
    fail("wrong-type", value.place(),
         std::string(what) + " must be " + json_kind_name(kind) + ", not " +
             json_kind_name(value.kind()) + ".");
    return false;
}

bool Reading::integer(Json value, s64 low, s64 high, std::string_view what, s64& out) {
    if (!want(value, JsonKind::integer, what)) return false;
    u64 m = value.magnitude();
    bool fits = value.negative() ? m <= u64{1} << 63 : m < u64{1} << 63;
    s64 number = value.negative() ? static_cast<s64>(~m + 1) : static_cast<s64>(m);
    if (!fits || number < low || number > high) {
        fail("out-of-range", value.place(),
             std::string(what) + " must be " + range_text(low, high) + ", not " +
                 std::string(value.text()) + ".");
        return false;
    }
    out = number;
    return true;
}

bool Reading::natural(Json value, u64 low, u64 high, std::string_view what, u64& out) {
    if (!want(value, JsonKind::integer, what)) return false;
    if (value.negative() || value.magnitude() < low || value.magnitude() > high) {
        std::string range;
        append_u64(range, low);
        range += " to ";
        append_u64(range, high);
        fail("out-of-range", value.place(),
             std::string(what) + " must be " + range + ", not " + std::string(value.text()) + ".");
        return false;
    }
    out = value.magnitude();
    return true;
}

bool Reading::natural(Json value, u32 low, u32 high, std::string_view what, u32& out) {
    u64 wide = 0;
    if (!natural(value, u64{low}, u64{high}, what, wide)) return false;
    out = static_cast<u32>(wide);
    return true;
}

bool Reading::boolean(Json value, std::string_view what, bool& out) {
    if (!want(value, JsonKind::boolean, what)) return false;
    out = value.boolean();
    return true;
}

bool Reading::string(Json value, std::string_view what, std::string& out) {
    if (!want(value, JsonKind::string, what)) return false;
    out = std::string(value.text());
    return true;
}

bool Reading::scalar(Json value, std::string_view what, std::string& out) {
    if (value.is(JsonKind::boolean)) {
        out = value.boolean() ? "1" : "0";
        return true;
    }
    if (value.is(JsonKind::string) || value.is(JsonKind::integer) || value.is(JsonKind::real)) {
        out = std::string(value.text());
        return true;
    }
    fail("wrong-type", value.place(),
         std::string(what) + " must be a number or a string, not " +
             json_kind_name(value.kind()) + ".");
    return false;
}

bool Reading::time(Json value, std::string_view what, u64& ns) {
    if (value.is(JsonKind::integer)) return natural(value, u64{0}, limits::time_ns, what, ns);
    if (value.is(JsonKind::string)) {
        if (parse_time(value.text(), ns)) return true;
        fail("bad-time", value.place(),
             std::string(what) + " is no time: " + quoted(value.text()) + ".",
             "Write an integer of ns or a number with a unit: 10ns, 350us, 5ms, 2s.");
        return false;
    }
    fail("wrong-type", value.place(),
         std::string(what) + " must be a time as in \"5ms\" or an integer of ns, not " +
             json_kind_name(value.kind()) + ".");
    return false;
}

bool Reading::bytes(Json value, std::string_view what, u64& out) {
    constexpr u64 most = u64{1} << 50;
    if (value.is(JsonKind::integer)) return natural(value, u64{0}, most, what, out);
    if (value.is(JsonKind::string) && parse_bytes(value.text(), out)) return true;
    fail("bad-size", value.place(), std::string(what) + " must be a number of bytes.",
         "Write an integer or a number with a unit: 4KiB, 2MiB, 1GiB.");
    return false;
}

bool Reading::time_in(Json value, u64 unit_ns, std::string_view what, u64& ns) {
    u64 count = 0;
    if (!natural(value, u64{0}, limits::time_ns / unit_ns, what, count)) return false;
    ns = count * unit_ns;
    return true;
}

bool Reading::cpus(Json value, std::vector<u32>& out) {
    if (value.is(JsonKind::string)) {
        if (parse_cpu_list(value.text(), out)) return true;
        fail("bad-cpus", value.place(), quoted(value.text()) + " is no list of CPUs.",
             "Write \"0-3,8\" or [0, 1]; CPUs go from 0 to 1023.");
        return false;
    }
    if (!want(value, JsonKind::array, "the list of CPUs")) return false;
    std::vector<bool> chosen(limits::cpus);
    for (Json e = value.first(); e; e = e.next()) {
        u32 cpu = 0;
        if (!natural(e, 0, limits::cpus - 1, "a CPU", cpu)) return false;
        chosen[cpu] = true;
    }
    out.clear();
    for (u32 cpu = 0; cpu < limits::cpus; ++cpu) {
        if (chosen[cpu]) out.push_back(cpu);
    }
    if (!out.empty()) return true;
    fail("bad-cpus", value.place(), "an empty list of CPUs leaves nowhere to run.");
    return false;
}

bool Reading::policy(Json value, Policy& out) {
    if (!want(value, JsonKind::string, "the policy")) return false;
    if (parse_policy(value.text(), out)) return true;
    fail("bad-policy", value.place(), "unknown policy " + quoted(value.text()) + ".",
         did_you_mean(value.text(), {"SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH",
                                     "SCHED_IDLE", "SCHED_DEADLINE"}));
    return false;
}

bool Reading::name(Json value, std::string_view what, u32 longest, std::string& out) {
    if (!string(value, what, out)) return false;
    std::string why;
    if (out.empty()) why = "is empty";
    if (out.size() > longest) why = "is longer than " + std::to_string(longest) + " bytes";
    for (char c : out) {
        if (static_cast<u8>(c) < 0x20 || c == 0x7f) why = "holds control characters";
    }
    if (why.empty()) return true;
    fail("bad-name", value.place(), std::string(what) + " " + quoted(out) + " " + why + ".");
    return false;
}

bool Reading::rank(Place place, Policy policy, s64 nice, s64 rt_priority) {
    bool realtime = policy == Policy::fifo || policy == Policy::rr;
    std::string message;
    if (nice < -20 || nice > 19) message = "a nice value must be -20 to 19.";
    if (realtime && (rt_priority < 1 || rt_priority > 99))
        message = std::string(policy_name(policy)) + " wants a priority of 1 to 99.";
    if (!realtime && rt_priority != 0)
        message = std::string(policy_name(policy)) + " has no priority but a nice value.";
    if (message.empty()) return true;
    fail("bad-priority", place, message);
    return false;
}

bool Reading::deadline(Place place, const DeadlineSpec& spec) {
    // __checkparam_dl (kernel/sched/deadline.c): 1024 ns <= runtime <= deadline <= period.
    if (spec.runtime_ns >= 1024 && spec.runtime_ns <= spec.deadline_ns &&
        spec.deadline_ns <= spec.period_ns)
        return true;
    fail("bad-deadline", place,
         "SCHED_DEADLINE wants 1024 ns <= runtime <= deadline <= period, not " +
             format_time(spec.runtime_ns) + ", " + format_time(spec.deadline_ns) + ", " +
             format_time(spec.period_ns) + ".");
    return false;
}

Json Reading::member(Json object, std::string_view key) {
    if (!object.is(JsonKind::object)) return Json();
    for (Json m = object.first(); m; m = m.next()) {
        if (m.key() == key) return m;
    }
    return Json();
}

void Reading::unknown_key(Json m, const std::vector<std::string_view>& known,
                          std::string_view where) {
    fail("unknown-key", m.key_place(),
         "unknown key " + quoted(m.key()) + " in " + std::string(where) + ".",
         did_you_mean(m.key(), known));
}

void Reading::keys(Json object, const std::vector<std::string_view>& known,
                   std::string_view where) {
    std::vector<bool> seen(known.size());
    for (Json m = object.first(); m; m = m.next()) {
        if (m.key().substr(0, 2) == "x-") continue;
        std::size_t k = 0;
        while (k < known.size() && known[k] != m.key()) ++k;
        if (k == known.size()) {
            unknown_key(m, known, where);
        } else if (seen[k]) {
            fail("duplicate-key", m.key_place(),
                 "the key " + quoted(m.key()) + " is written twice in " + std::string(where) + ".");
        } else {
            seen[k] = true;
        }
    }
}

void Reading::missing(Json object, std::string_view key, std::string_view where) {
    fail("missing-key", object.place(),
         std::string(where) + " lacks the key " + quoted(key) + ".");
}

}  // namespace rq
