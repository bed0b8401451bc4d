// Control groups: the tree with what each may use and what it got, and the quota of one of them,
// period by period, over the window of the timeline.
#include "app/parts.hpp"
#include "app/reading.hpp"

namespace rq {

namespace {

constexpr float row_h = 26;

// Right edges of the columns; 0 = there is no room for it.
struct Columns {
    float weight, quota, used, throttled;
};

Columns columns_of(const Box& box) {
    const float right = box.right() - 16;
    if (box.w < 420) return {0, right - 84, right, 0};
    if (box.w < 600) return {0, right - 96, right, 0};
    return {right - 372, right - 214, right - 112, right};
}

// "50 ms": whole milliseconds need no decimals.
std::string short_ms(u64 ns) {
    return ns % NSEC_PER_MSEC ? human_ns(ns) : std::to_string(ns / NSEC_PER_MSEC) + " ms";
}

std::string quota_words(const view::GroupRow& row) {
    if (row.quota_ns == NEVER) return "max";
    return short_ms(row.quota_ns) + " of " + short_ms(row.period_ns);
}

void draw_head(ImDrawList& list, const Box& box, const Columns& at) {
    const ImU32 colour = theme().text3;
    auto head = [&](float x, const char* words) {
        if (x > 0) draw::text(list, fonts().mono11, x, box.y + 14, colour, words, Align::Right);
    };
    draw::text(list, fonts().text12, box.x + 16, box.y + 14, colour, "Group");
    head(at.weight, "cpu.weight");
    head(at.quota, "cpu.max");
    head(at.used, "usage");
    head(at.throttled, "nr_throttled");
}

void draw_tasks_of(ImDrawList& list, const App& app, const view::GroupRow& row, float x, float y,
                   float right) {
    u32 drawn = 0;
    for (u32 task : row.tasks) {
        if (x + 18 > right) {
            std::string more = "+";
            append_u64(more, row.tasks.size() - drawn);
            draw::text(list, fonts().text11, x, y + 17, theme().text3, more);
            return;
        }
        draw::chip(list, app.model.cast()[task].letter, x, y + 5, 16);
        x += 18;
        drawn++;
    }
}

void draw_group(ImDrawList& list, const App& app, const view::GroupRow& row, bool chosen,
                const Box& box, const Columns& at, float y) {
    const Theme& t = theme();
    if (chosen) draw::fill(list, {box.x, y, box.w, row_h}, t.accent_wash);
    const float x = box.x + 16 + 18 * static_cast<float>(ImMin(row.depth, 6u)), base = y + 17.5f;
    const float first = at.weight > 0 ? at.weight - 76 : at.quota - 124;
    draw::text_cut(list, chosen ? fonts().strong12 : fonts().text12, x, base, t.text1, row.name,
                   ImMin(130.0f, first - x));
    const float used = ImMin(130.0f, draw::width(fonts().strong12, row.name));
    draw_tasks_of(list, app, row, x + used + 10, y, first - 20);
    auto put = [&](float right, std::string_view words, ImU32 colour) {
        if (right > 0) draw::text(list, fonts().mono12, right, base, colour, words, Align::Right);
    };
    std::string weight, throttled;
    if (row.weight) append_u64(weight, row.weight);
    if (row.quota_ns != NEVER) {
        append_u64(throttled, row.nr_throttled);
        throttled += " of ";
        append_u64(throttled, row.nr_periods);
    }
    put(at.weight, weight, t.text2);
    put(at.quota, quota_words(row), t.text1);
    put(at.used, ms3(row.usage_ns), t.text2);
    put(at.throttled, throttled, row.throttled_cpus ? t.careful : t.text2);
}

// One period: what was used, the edge of the quota, how long it was held up.
void draw_period(ImDrawList& list, const view::QuotaPeriod& period, const view::GroupRow& group,
                 const Box& box, bool now) {
    const Theme& t = theme();
    const double most = static_cast<double>(ImMax(group.period_ns, group.quota_ns));
    auto width = [&](u64 ns) {
        return static_cast<float>(ImMin(1.0, static_cast<double>(ns) / most)) * box.w;
    };
    draw::fill(list, box, t.sunken);
    const float used = width(period.used_ns), edge = width(group.quota_ns);
    draw::fill(list, {box.x, box.y, used, box.h}, t.accent);
    const float held = ImMin(width(period.throttled_ns), box.w - used);
    if (held > 2) {
        const Box part{box.right() - held, box.y, held, box.h};
        draw::pattern(list, part, Pattern::Vertical, t.careful);
        draw::edge(list, part, t.careful);
        const std::string words = "throttled " + human_ns(period.throttled_ns);
        const float w = draw::width(fonts().strong11, words);
        if (w + 12 < held) {
            const float middle = part.x + held / 2;
            draw::fill(list, {middle - w / 2 - 4, box.y + 2, w + 8, box.h - 4}, t.surface);
            draw::text(list, fonts().strong11, middle, box.y + box.h / 2 + 4, t.careful, words,
                       Align::Centre);
        }
    }
    draw::edge(list, box, now ? t.accent : t.line, now ? 2.0f : 1.0f);
    draw::vline(list, box.x + edge, box.y - 3, box.bottom() + 3, t.surface, 4);
    draw::vline(list, box.x + edge, box.y - 3, box.bottom() + 3, t.text1, 2);
}

void draw_periods(ImDrawList& list, App& app, const view::GroupRow& group, const Box& box) {
    const Theme& t = theme();
    const u64 first = group.period_ns * 3, last = app.model.now() + group.period_ns * 4;
    const u64 from = app.model.now() > first ? app.model.now() - first : 0;
    const auto& periods = app.main.periods.of(
        {app.model.revision(), group.id.raw, from}, [&] {
            return view::quota_periods(app.model.context(), app.model.books().cast,
                                       app.model.books().timeline, app.model.trace(), group,
                                       ImMax(from, app.model.t0()), last, 8);
        });
    draw::text(list, fonts().strong12, box.x + 16, box.y + 16, t.text1,
               group.path + ": its periods around the cursor");
    float y = box.y + 30;
    const float label = 76, figures = box.w >= 460 ? 104.0f : 0.0f;
    for (const view::QuotaPeriod& period : periods) {
        if (y + 22 > box.bottom()) break;
        const bool now = app.model.now() >= period.from &&
                         app.model.now() < period.from + group.period_ns;
        draw::text(list, fonts().mono11, box.x + 16 + label - 8, y + 13, t.text3,
                   shown_time(period.from, app.model.t0()), Align::Right);
        const Box bar{box.x + 16 + label, y, box.w - 32 - label - figures, 18};
        draw_period(list, period, group, bar, now);
        if (figures > 0) {
            draw::text(list, fonts().mono11, box.right() - 16, y + 13, t.text2,
                       "used " + ms3(period.used_ns), Align::Right);
        }
        if (clicked(bar)) {
            app.model.seek(period.from);
            backend_wake();
        }
        y += 28;
    }
}

}  // namespace

void panel_groups(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const auto& rows = app.main.groups.of({app.model.revision(), 0, 0}, [&] {
        return view::group_rows(app.model.context(), app.model.books().cast);
    });
    const Box inside = begin_view(list, box, "What may each group use, and what did it get?",
                                  count_of(rows.size(), "group", "groups"));
    if (rows.size() < 2) {
        say_empty(list, inside, "All tasks are in the root group: this scenario has no `cgroups`.");
        return;
    }
    u32 chosen = app.main.group;
    for (u32 i = 0; chosen >= rows.size() && i < rows.size(); i++) {
        if (rows[i].quota_ns != NEVER) chosen = i;
    }
    const Columns at = columns_of(inside);
    draw_head(list, inside, at);
    const bool quota = chosen < rows.size() && rows[chosen].quota_ns != NEVER;
    const float all = row_h * static_cast<float>(rows.size());
    const float most = quota ? ImMax(row_h * 2, inside.h * 0.5f - 22) : inside.h - 22;
    const Box table{inside.x, inside.y + 22, inside.w, ImMin(all, most)};
    const u32 hit = scrolled_rows(
        table, static_cast<u32>(rows.size()), row_h, [&](u32 i, float y) {
            draw_group(*ImGui::GetWindowDrawList(), app, rows[i], i == chosen, table, at, y);
        });
    if (hit < rows.size()) {
        app.main.group = hit;
        backend_wake();
    }
    if (!quota) return;
    const float y = table.bottom() + 10;
    draw_periods(list, app, rows[chosen], {inside.x, y, inside.w, inside.bottom() - y - 6});
}

}  // namespace rq
