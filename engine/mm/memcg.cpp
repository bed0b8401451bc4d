// Charges up the tree of groups, and their files.
#include "mm/memcg.hpp"

#include "base/text.hpp"
#include "context.hpp"
#include "mm/frames.hpp"
#include "mm/oom.hpp"
#include "task/uapi.hpp"

namespace rq {

namespace {

/// The root group has no limit and counts nothing.
bool counts(const World& w, GroupId group) { return group && w.groups[group].parent; }

/// The first group from here up that has no room for one more page; null if all have.
GroupId full_group(const World& w, GroupId group) {
    for (; counts(w, group); group = w.groups[group].parent)
        if (w.groups[group].memory_current >= w.groups[group].memory_max) return group;
    return {};
}

/// page_counter_memparse(): "max", or bytes with a suffix, in whole pages.
bool parse_limit(std::string_view text, u64& pages) {
    text = trimmed(text);
    pages = NEVER;
    if (text == "max") return true;
    u32 shift = 0;
    constexpr std::string_view suffixes = "kmgt";
    if (!text.empty()) {
        std::size_t at = suffixes.find(static_cast<char>(text.back() | 0x20));
        if (at != std::string_view::npos) {
            shift = 10 * (static_cast<u32>(at) + 1);
            text.remove_suffix(1);
        }
    }
    u64 bytes = 0;
    if (!parse_decimal(text, bytes)) return false;
    if (bytes > NEVER >> shift) return false;
    pages = (bytes << shift) >> PAGE_SHIFT;
    return true;
}

void line(std::string& out, const char* key, u64 value) {
    out += key;
    append_u64(out, value);
    out += '\n';
}

}  // namespace

bool memcg_within(const World& w, GroupId group, GroupId outer) {
    while (group && group != outer) group = w.groups[group].parent;
    return bool(group);
}

bool memcg_try_charge(Context& c, GroupId group) {
    while (GroupId full = full_group(c.w, group)) {
        for (GroupId g = full; counts(c.w, g); g = c.w.groups[g].parent)
            ++c.w.groups[g].memory_events_max;
        if (!shrink_page_cache(c, full)) return false;
    }
    for (GroupId g = group; counts(c.w, g); g = c.w.groups[g].parent) {
        task_group& tg = c.w.groups[g];
        if (++tg.memory_current > tg.memory_peak) tg.memory_peak = tg.memory_current;
    }
    return true;
}

void memcg_uncharge(Context& c, GroupId group) {
    for (GroupId g = group; counts(c.w, g); g = c.w.groups[g].parent)
        --c.w.groups[g].memory_current;
}

GroupId memcg_at_limit(const Context& c, TaskId p) {
    return full_group(c.w, c.w.tasks[p].sched_task_group);
}

void memcg_count_oom_kill(Context& c, GroupId group) {
    for (GroupId g = group; counts(c.w, g); g = c.w.groups[g].parent)
        ++c.w.groups[g].memory_events_oom_kill;
}

void memcg_offline(Context& c, GroupId group) {
    GroupId parent = c.w.groups[group].parent;
    u32 heir = counts(c.w, parent) ? parent.raw : 0;
    for (u32 i = 2; i < c.w.frames.size(); ++i) {
        page& f = c.w.frames[i];
        if (f.refcount && f.next_free == group.raw) f.next_free = heir;
    }
}

s32 memcg_write(Context& c, GroupId group, std::string_view file, std::string_view text) {
    if (file != "memory.max") return -ENOENT;
    u64 pages;
    if (!parse_limit(text, pages)) return -EINVAL;
    task_group& tg = c.w.groups[group];
    tg.memory_max = pages;
    while (tg.memory_current > tg.memory_max)
        if (!shrink_page_cache(c, group)) break;
    if (tg.memory_current > tg.memory_max) memcg_out_of_memory(c, {}, group);
    return 0;
}

bool memcg_read(const Context& c, GroupId group, std::string_view file, std::string& text) {
    const task_group& tg = c.w.groups[group];
    text.clear();
    if (file == "memory.current") {
        line(text, "", tg.memory_current << PAGE_SHIFT);
    } else if (file == "memory.peak") {
        line(text, "", tg.memory_peak << PAGE_SHIFT);
    } else if (file == "memory.max") {
        if (tg.memory_max == NEVER)
            text = "max\n";
        else
            line(text, "", tg.memory_max << PAGE_SHIFT);
    } else if (file == "memory.events") {
        line(text, "low ", 0);
        line(text, "high ", 0);
        line(text, "max ", tg.memory_events_max);
        line(text, "oom ", tg.memory_events_oom_kill);
        line(text, "oom_kill ", tg.memory_events_oom_kill);
        line(text, "oom_group_kill ", 0);
    } else {
        return false;
    }
    return true;
}

}  // namespace rq
