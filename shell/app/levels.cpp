// A row for each priority in use, tasks in the order in which they will run; a bar for each budget.
#include "app/levels.hpp"

#include "app/parts.hpp"

namespace rq {

namespace {

constexpr float head_h = 30, row_h = 34;

void draw_title(ImDrawList& list, const Box& box, float y, const char* words,
                std::string_view figures) {
    draw::text(list, fonts().text12, box.x + 16, y + 20, theme().text3, words);
    draw::text(list, fonts().text12, box.right() - 16, y + 20, theme().text2, figures,
               Align::Right);
}

std::string rt_figures(const view::RtQueue& rt) {
    if (rt.throttled) return "throttled: rt_time " + ms3(rt.rt_time) + " of " + ms3(rt.rt_runtime);
    return "rt_time " + ms3(rt.rt_time) + " of " + ms3(rt.rt_runtime);
}

u32 draw_level(ImDrawList& list, const App& app, const view::RtLevel& level, u32 running,
               const Box& row) {
    const Theme& t = theme();
    std::string name = "prio ";
    append_u64(name, level.priority);
    draw::text(list, fonts().mono12, row.x + 16, row.y + 20, t.text1, name);
    draw::hline(list, row.x + 84, row.right() - 16, row.y + 15, t.line);
    u32 hit = no_task;
    float x = row.x + 84;
    for (u32 task : level.tasks) {
        const Box box{x, row.y, 124, 30};
        if (box.right() > row.right() - 16) break;
        const bool runs = task == running;
        draw::rounded(list, box, task == app.model.selected_task() ? t.accent_wash : t.surface, 8);
        draw::rounded_edge(list, box, runs ? t.accent : t.control, 8, runs ? 2.0f : 1.0f);
        draw_task(list, app, task, box.x + 8, box.y + 19.5f, box.w - 14);
        if (clicked(box)) hit = task;
        x += box.w + 10;
        if (!runs) continue;
        const float w = draw::width(fonts().strong12, "runs now");
        draw::fill(list, {x - 4, row.y + 4, w + 12, 22}, t.surface);
        draw::text(list, fonts().strong12, x, row.y + 19.5f, t.accent, "runs now");
        x += w + 14;
    }
    return hit;
}

u32 draw_deadline(ImDrawList& list, const App& app, const view::DlNode& node, const Box& row) {
    const Theme& t = theme();
    const bool wide = row.w >= 480;
    draw_task(list, app, node.task, row.x + 16, row.y + 19.5f, 110);
    const float bar_x = row.x + 132, figures = wide ? 250.0f : 112.0f;
    const Box bar{bar_x, row.y + 7, row.right() - 16 - figures - bar_x, 16};
    const s64 left = node.runtime > 0 ? node.runtime : 0;
    const double share = node.dl_runtime ? static_cast<double>(left) /
                                               static_cast<double>(node.dl_runtime)
                                         : 0;
    draw::fill(list, bar, t.sunken);
    if (node.throttled) draw::pattern(list, bar, Pattern::Vertical, t.careful);
    else draw::fill(list, {bar.x, bar.y, static_cast<float>(ImMin(1.0, share)) * bar.w, bar.h},
                    node.running ? t.accent : t.control);
    draw::edge(list, bar, node.throttled ? t.careful : t.control);
    const std::string words = node.throttled ? "throttled"
                                             : ms3(static_cast<u64>(left)) + " of " +
                                                   ms3(node.dl_runtime);
    if (wide) {
        draw::text(list, fonts().mono11, bar.right() + 150, row.y + 19.5f,
                   node.throttled ? t.careful : t.text2, words, Align::Right);
    }
    draw::text(list, fonts().mono11, row.right() - 16, row.y + 19.5f, t.text1,
               "d " + shown_time(node.deadline, app.model.t0()), Align::Right);
    return clicked({row.x, row.y, row.w, row_h}) ? node.task : no_task;
}

}  // namespace

float levels_height(const view::RtQueue& rt, const std::vector<view::DlNode>& dl) {
    float h = 0;
    if (!dl.empty()) h += head_h + row_h * static_cast<float>(dl.size());
    if (!rt.levels.empty()) h += head_h + row_h * static_cast<float>(rt.levels.size());
    return h;
}

u32 draw_levels(ImDrawList& list, const App& app, const Box& box, const view::RtQueue& rt,
                const std::vector<view::DlNode>& dl) {
    draw::fill(list, box, theme().surface);
    u32 hit = no_task;
    float y = box.y;
    if (!dl.empty()) {
        draw_title(list, box, y, "Deadline tasks, the earliest first", "");
        y += head_h;
        for (const view::DlNode& node : dl) {
            if (y + row_h > box.bottom()) return hit;
            const u32 task = draw_deadline(list, app, node, {box.x, y, box.w, row_h});
            if (task != no_task) hit = task;
            y += row_h;
        }
    }
    if (rt.levels.empty() || y + head_h > box.bottom()) return hit;
    draw_title(list, box, y, "Real-time queues, the highest priority first", rt_figures(rt));
    y += head_h;
    const view::CpuSlice now =
        app.model.books().timeline.slice_at(app.model.selected_cpu(), app.model.now());
    for (const view::RtLevel& level : rt.levels) {
        if (y + row_h > box.bottom()) return hit;
        const u32 task = draw_level(list, app, level, now.task, {box.x, y, box.w, row_h});
        if (task != no_task) hit = task;
        y += row_h;
    }
    return hit;
}

}  // namespace rq
