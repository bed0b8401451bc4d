// Tasks at the left, the objects they point to at the right, a line for each pointer to an object
// that others hold too, and every object's own count of references.
#include "app/parts.hpp"

namespace rq {

namespace {

struct Places {
    float task_x, task_w, task_h;
    float object_x, object_w;
    float top, row;
};

Places places_of(const Box& box, size_t nr_tasks) {
    const bool narrow = box.w < 480;
    Places p{};
    p.task_x = box.x + 16;
    p.task_w = narrow ? 96 : 150;
    p.object_x = p.task_x + p.task_w + (narrow ? 36.0f : ImMin(box.w * 0.22f, 170.0f));
    p.object_w = box.right() - 16 - p.object_x;
    p.top = box.y + 2;
    p.row = ImClamp((box.h - 8) / 7, 22.0f, 48.0f);
    const float each = p.row * 7 / static_cast<float>(ImMax(nr_tasks, size_t{1}));
    p.task_h = ImClamp(each - 6, 20.0f, 38.0f);
    return p;
}

float task_y(const Places& p, size_t i, size_t count) {
    const float each = p.row * 7 / static_cast<float>(count);
    return p.top + each * static_cast<float>(i) + (each - p.task_h) / 2;
}

void draw_tasks(ImDrawList& list, App& app, const view::Sharing& rows, const Places& p) {
    const Theme& t = theme();
    for (size_t i = 0; i < rows.tasks.size(); i++) {
        const Box box{p.task_x, task_y(p, i, rows.tasks.size()), p.task_w, p.task_h};
        const bool chosen = rows.tasks[i] == app.model.selected_task();
        draw::rounded(list, box, chosen ? t.accent_wash : t.surface, 8);
        draw::rounded_edge(list, box, chosen ? t.accent : t.control, 8, chosen ? 2.0f : 1.0f);
        const float base = box.y + box.h / 2 + 4.5f;
        const float used = draw_task(list, app, rows.tasks[i], box.x + 8, base, box.w - 14);
        std::string pid;
        append_u64(pid, app.model.cast()[rows.tasks[i]].pid);
        if (used + 50 < box.w) {
            draw::text(list, fonts().mono11, box.right() - 8, base, t.text3, pid, Align::Right);
        }
        if (clicked(box)) choose_task(app, rows.tasks[i]);
    }
}

void draw_line(ImDrawList& list, const App& app, const view::Sharing& rows, u32 holder,
               const Places& p, const Box& object, float slot) {
    const std::vector<CastRow>& cast = app.model.cast();
    const TaskColour colour = draw::task_colour(cast[rows.tasks[holder]].letter, true);
    const ImVec2 from(p.task_x + p.task_w,
                      task_y(p, holder, rows.tasks.size()) + p.task_h / 2);
    const ImVec2 to(object.x, object.y + object.h * slot);
    const float middle = (from.x + to.x) / 2;
    const bool chosen = rows.tasks[holder] == app.model.selected_task();
    list.AddBezierCubic(from, ImVec2(middle, from.y), ImVec2(middle, to.y), to, colour.edge,
                        chosen ? 3.0f : 2.0f);
}

void draw_shared(ImDrawList& list, const App& app, const view::Sharing& rows,
                 const view::SharedObject& object, const Box& box, const Places& p, float name_w) {
    const Theme& t = theme();
    draw::rounded(list, box, t.accent_wash, 6);
    draw::rounded_edge(list, box, t.accent, 6, 1.5f);
    const float n = static_cast<float>(object.holders.size());
    for (size_t k = 0; k < object.holders.size(); k++) {
        draw_line(list, app, rows, object.holders[k], p, box,
                  (static_cast<float>(k) + 1) / (n + 1));
    }
    std::string words = "shared, " + count_of(object.count, "reference", "references");
    if (draw::width(fonts().strong12, words) > box.w - name_w - 16) {
        words.clear();
        append_u64(words, object.count);
    }
    draw::text(list, fonts().strong12, box.right() - 8, box.y + box.h / 2 + 4.5f, t.accent, words,
               Align::Right);
}

void draw_own(ImDrawList& list, const App& app, const view::Sharing& rows,
              const view::SharedObject& object, const Box& box, float name_w) {
    const Theme& t = theme();
    draw::rounded_edge(list, box, t.control, 6, 1);
    const u32 task = rows.tasks[object.holders[0]];
    const float middle = box.y + box.h / 2;
    draw::chip(list, app.model.cast()[task].letter, box.x + name_w + 4, middle - 8, 16);
    std::string count;
    append_u64(count, object.count);
    draw::text(list, fonts().mono12, box.right() - 7, middle + 4.5f, t.text2, count, Align::Right);
}

struct KindCount {
    size_t own = 0, shared = 0;
};

KindCount count_kind(const view::Sharing& rows, view::SharedKind kind) {
    KindCount out;
    for (const view::SharedObject& object : rows.objects) {
        if (object.kind != kind) continue;
        (object.holders.size() > 1 ? out.shared : out.own)++;
    }
    return out;
}

// The objects of one kind: shared ones first and wide, those of a single task as small boxes
// behind them. The first box of the row carries the member's name.
void draw_kind(ImDrawList& list, App& app, const view::Sharing& rows, view::SharedKind kind,
               const Places& p) {
    const float y = p.top + p.row * static_cast<float>(kind);
    const Box row{p.object_x, y + 2, p.object_w, p.row - 4};
    const float name_w = 62, gap = 6;
    const KindCount n = count_kind(rows, kind);
    const float boxes = static_cast<float>(ImMax(n.own, size_t{1}));
    const float own_w = ImClamp((row.w - name_w) / boxes - gap, 40.0f, 60.0f);
    const float rest = row.w - name_w - static_cast<float>(n.own) * (own_w + gap);
    const float shared_w = n.shared ? ImMax(34.0f, rest / static_cast<float>(n.shared) - gap) : 0;
    float x = row.x;
    for (const bool together : {true, false}) {
        for (const view::SharedObject& object : rows.objects) {
            if (object.kind != kind || (object.holders.size() > 1) != together) continue;
            const float name = x == row.x ? name_w : 0;
            const Box box{x, row.y, name + (together ? shared_w : own_w), row.h};
            if (box.right() > row.right() + 1) return;
            if (together) {
                draw_shared(list, app, rows, object, box, p, name);
            } else {
                draw_own(list, app, rows, object, box, name);
                if (clicked(box)) choose_task(app, rows.tasks[object.holders[0]]);
            }
            if (name > 0) {
                draw::text(list, fonts().mono12, x + 8, row.y + row.h / 2 + 4.5f, theme().text1,
                           view::shared_words(kind).member);
            }
            x += box.w + gap;
        }
    }
}

}  // namespace

void panel_sharing(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const u32 most = box.h < 240 ? 4 : 6;
    const view::Sharing& rows = app.main.sharing.of({app.model.revision(), most, 0}, [&] {
        return view::sharing(app.model.context(), app.model.books().cast,
                             app.model.selected_task(), most);
    });
    std::string figures = count_of(rows.tasks.size(), "task", "tasks");
    if (rows.left_out) figures += ", " + count_of(rows.left_out, "more", "more");
    const Box inside = begin_view(list, box, "Which objects do these tasks share?", figures);
    if (rows.tasks.empty()) {
        say_empty(list, inside, "No task of the scenario lives at this instant.");
        return;
    }
    const Places p = places_of(inside, rows.tasks.size());
    for (u32 k = 0; k < static_cast<u32>(view::SharedKind::count_); k++) {
        draw_kind(list, app, rows, static_cast<view::SharedKind>(k), p);
    }
    draw_tasks(list, app, rows, p);
}

}  // namespace rq
