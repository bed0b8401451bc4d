// Where the CPU's time went: a bar for each CPU by kind of time, and one by task. Each is whole.
#include <algorithm>

#include "app/parts.hpp"

namespace rq {

namespace {

// How a kind of time is painted: every pair of colour and pattern occurs once.
struct KindStyle {
    TimeKind colour;
    Pattern pattern;  // Count = plain
};

KindStyle style_of(u32 kind) {
    switch (static_cast<Kind>(kind)) {
        case Kind::idle: return {TimeKind::Idle, Pattern::Count};
        case Kind::syscall: return {TimeKind::User, Pattern::Vertical};
        case Kind::tick: return {TimeKind::Tick, Pattern::Vertical};
        case Kind::irq: return {TimeKind::Irq, Pattern::Dots};
        case Kind::context_switch: return {TimeKind::Switch, Pattern::Count};
        case Kind::wakeup: return {TimeKind::Tick, Pattern::Cross};
        case Kind::fault: return {TimeKind::Fault, Pattern::Backslash};
        case Kind::fork: return {TimeKind::Fault, Pattern::Count};
        case Kind::cache: return {TimeKind::Refill, Pattern::Slash};
        case Kind::tlb: return {TimeKind::Tlb, Pattern::Cross};
        case Kind::remote: return {TimeKind::Remote, Pattern::Dots};
        case Kind::migration: return {TimeKind::Switch, Pattern::Slash};
        case Kind::smi: return {TimeKind::Irq, Pattern::Count};
        case Kind::user:
        default: return {TimeKind::User, Pattern::Count};
    }
}

ImU32 colour_of(const KindStyle& style) {
    return theme().time[static_cast<int>(style.colour)];
}

void draw_swatch(ImDrawList& list, const Box& box, u32 kind) {
    const KindStyle style = style_of(kind);
    if (style.colour == TimeKind::Idle) {
        draw::dashed_box(list, box, theme().control, 1, 1);
        return;
    }
    draw::fill(list, box, colour_of(style));
    if (style.pattern != Pattern::Count) {
        draw::pattern(list, box, style.pattern, with_alpha(theme().surface, 55));
    }
}

std::string percent(u32 permille) {
    return decimal(permille, 10, 1) + " %";
}

// The label inside a part, on a plain plate where a pattern would run through the letters.
void draw_label(ImDrawList& list, const Box& part, u32 kind, std::string_view words) {
    ImFont* font = fonts().strong12;
    const float w = draw::width(font, words);
    if (w + 12 > part.w) return;
    const KindStyle style = style_of(kind);
    const float x = part.x + part.w / 2, base = part.y + part.h / 2 + 4.5f;
    const bool idle = style.colour == TimeKind::Idle;
    if (style.pattern != Pattern::Count) {
        draw::fill(list, {x - w / 2 - 4, base - 13, w + 8, 18}, colour_of(style));
    }
    draw::text(list, font, x, base, idle ? theme().text2 : theme().surface, words, Align::Centre);
}

void draw_kinds(ImDrawList& list, const view::CostReport& report, const Box& bar) {
    double x = bar.x;
    const double total = static_cast<double>(ImMax(report.total_ns, u64{1}));
    for (const view::CostRow& row : report.rows) {
        if (static_cast<Kind>(row.kind) == Kind::idle) continue;
        const double w = static_cast<double>(row.ns) / total * static_cast<double>(bar.w);
        const Box part{static_cast<float>(x), bar.y, static_cast<float>(w), bar.h};
        draw_swatch(list, part, row.kind);
        draw_label(list, part, row.kind, std::string(row.words) + " " + percent(row.permille));
        x += w;
    }
    const Box rest{static_cast<float>(x), bar.y, bar.right() - static_cast<float>(x), bar.h};
    if (rest.w < 2) return;
    draw_swatch(list, rest, static_cast<u32>(Kind::idle));
    for (const view::CostRow& row : report.rows) {
        if (static_cast<Kind>(row.kind) != Kind::idle) continue;
        draw_label(list, rest, row.kind, "idle " + percent(row.permille));
    }
}

void draw_by_task(ImDrawList& list, App& app, const CostBars& bars, const Box& bar) {
    const double total = static_cast<double>(ImMax(bars.all.total_ns, u64{1}));
    double x = bar.x;
    for (const CostBars::Part& part : bars.tasks) {
        const double w = static_cast<double>(part.ns) / total * static_cast<double>(bar.w);
        const Box box{static_cast<float>(x), bar.y, static_cast<float>(w), bar.h};
        const std::vector<CastRow>& cast = app.model.cast();
        const TaskColour colour = draw::task_colour(cast[part.task].letter, true);
        draw::fill(list, box, colour.fill);
        draw::edge(list, box, part.task == app.model.selected_task() ? theme().accent : colour.edge,
                   part.task == app.model.selected_task() ? 2.0f : 1.0f);
        const std::string words = cast[part.task].name + " " +
                                  decimal(part.ns, ImMax(bars.all.total_ns / 100, u64{1}), 1) +
                                  " %";
        if (draw::width(fonts().strong12, words) + 12 < box.w) {
            draw::text(list, fonts().strong12, box.x + box.w / 2, box.y + box.h / 2 + 4.5f,
                       colour.ink, words, Align::Centre);
        } else if (box.w > 20) {
            draw::chip(list, cast[part.task].letter, box.x + box.w / 2 - 8,
                       box.y + box.h / 2 - 8, 16);
        }
        if (clicked(box)) choose_task(app, part.task);
        x += w;
    }
    const Box rest{static_cast<float>(x), bar.y, bar.right() - static_cast<float>(x), bar.h};
    if (rest.w >= 2) draw::dashed_box(list, rest, theme().control, 1, 1);
    draw_label(list, rest, static_cast<u32>(Kind::idle), "nobody's");
}

float draw_legend(ImDrawList& list, const view::CostReport& report, const Box& box) {
    float x = box.x, y = box.y;
    for (const view::CostRow& row : report.rows) {
        const std::string words = std::string(row.words) + " " + human_ns(row.ns);
        const float w = 18 + draw::width(fonts().text12, words);
        if (x > box.x && x + w > box.right()) {
            x = box.x;
            y += 20;
        }
        if (y + 12 > box.bottom()) break;
        draw_swatch(list, {x, y + 1, 12, 12}, row.kind);
        draw::text(list, fonts().text12, x + 18, y + 11, theme().text2, words);
        x += w + 18;
    }
    return y;
}

// All CPUs together, then each, from boot to an instant at or after that of the World.
std::vector<view::CostReport> reports_at(const Context& c, u64 now) {
    std::vector<view::CostReport> out{view::costs(c, ~0u, now)};
    for (u32 cpu = 0; cpu < c.w.g.cpus; cpu++) out.push_back(view::costs(c, cpu, now));
    return out;
}

// The rows of the selected range, else of the run from its start to the cursor.
CostBars bars_of(App& app, const CostBars& old) {
    CostBars out;
    Model& model = app.model;
    const bool range = app.view.range_to > app.view.range_from;
    out.from = range ? app.view.range_from : model.t0();
    out.to = range ? app.view.range_to : ImMax(model.now(), model.t0());
    out.before = old.before;
    std::vector<view::CostReport> after;
    if (out.from != old.from || out.before.size() != model.nr_cpus() + 1) {
        model.look_at(out.from, [&](const Context& c) { out.before = reports_at(c, out.from); });
    }
    if (range) model.look_at(out.to, [&](const Context& c) { after = reports_at(c, out.to); });
    else after = reports_at(model.context(), out.to);
    if (out.before.size() != after.size()) return out;
    out.all = view::costs_between(out.before[0], after[0]);
    for (size_t i = 1; i < after.size(); i++) {
        out.cpus.push_back(view::costs_between(out.before[i], after[i]));
    }
    for (u32 task : model.lanes()) {
        const u64 ns = model.books().timeline.run_ns(task, out.from, out.to);
        if (ns) out.tasks.push_back({task, ns});
    }
    std::stable_sort(out.tasks.begin(), out.tasks.end(),
                     [](const CostBars::Part& a, const CostBars::Part& b) { return a.ns > b.ns; });
    return out;
}

}  // namespace

void panel_costs(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const CostBars& bars =
        app.main.costs.of({app.model.revision(), app.view.range_from, app.view.range_to},
                          [&] { return bars_of(app, app.main.costs.rows); });
    const std::string span = shown_time(bars.from, app.model.t0()) + " to " +
                             shown_time(bars.to, app.model.t0());
    const Box inside = begin_view(list, box, "Where did the CPU's time go?",
                                  span + " \xC2\xB7 adds up to 100 %");
    if (bars.all.total_ns == 0) {
        say_empty(list, inside, "No time has passed yet: press Play, or step.");
        return;
    }
    const bool narrow = box.w < 480;
    const float label_w = narrow ? 58 : 84;
    const float legend_h = narrow ? 64 : 44;
    const float bar_x = inside.x + 16 + label_w, bar_w = inside.w - label_w - 32;
    const bool each = bars.cpus.size() > 1;
    const size_t rows = each ? bars.cpus.size() + 2 : 2;
    const float room = (inside.h - legend_h - 8) / static_cast<float>(rows);
    const float step = ImClamp(room, 14.0f, 46.0f), h = ImMin(32.0f, step - 4);
    float y = inside.y;
    auto row = [&](std::string_view name, const view::CostReport& report) {
        if (y + h > inside.bottom() - legend_h) return;
        draw::text(list, fonts().strong12, inside.x + 16, y + h / 2 + 4.5f, theme().text1, name);
        draw_kinds(list, report, {bar_x, y, bar_w, h});
        y += step;
    };
    row(each ? "All CPUs" : "CPU 0", bars.all);
    draw::text(list, fonts().strong12, inside.x + 16, y + h / 2 + 4.5f, theme().text1, "By task");
    draw_by_task(list, app, bars, {bar_x, y, bar_w, h});
    y += step;
    for (size_t i = 0; each && i < bars.cpus.size(); i++) {
        row("CPU " + std::to_string(i), bars.cpus[i]);
    }
    draw_legend(list, bars.all, {inside.x + 16, y + 8, inside.w - 32, inside.bottom() - y - 12});
}

}  // namespace rq
