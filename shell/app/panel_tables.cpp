// The tables of the native window: tasks, events, this instant in words, the inspector, status.
#include "app/reading.hpp"

namespace rq {

namespace {

struct Columns {
    float state, nice, key, cpu_time;  // left of the first, right edges of the others
};

Columns columns_of(const Box& box) {
    return {box.x + 140, box.x + 262, box.right() - 118, box.right() - 16};
}

void task_head(ImDrawList& list, const Box& box, const Columns& at) {
    const ImU32 colour = theme().text3;
    draw::text(list, fonts().text12, box.x + 16, box.y + 18, colour, "Task");
    draw::text(list, fonts().text12, at.state, box.y + 18, colour, "State");
    draw::text(list, fonts().text12, at.nice, box.y + 18, colour, "Nice", Align::Right);
    draw::text(list, fonts().mono12, at.key, box.y + 18, colour, "vruntime", Align::Right);
    draw::text(list, fonts().text12, at.cpu_time, box.y + 18, colour, "CPU time", Align::Right);
}

}  // namespace

void panel_tasks(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Theme& t = theme();
    draw::fill(list, box, t.surface);
    const Columns at = columns_of(box);
    task_head(list, box, at);
    const std::vector<TaskLine> lines = app.model.task_lines();
    const Box rows{box.x, box.y + 26, box.w, box.h - 26};
    const u32 clicked =
        scrolled_rows(rows, static_cast<u32>(lines.size()), 22, [&](u32 i, float y) {
            ImDrawList& inner = *ImGui::GetWindowDrawList();
            const TaskLine& line = lines[i];
            const bool chosen = line.task == app.model.selected_task();
            if (chosen) draw::fill(inner, {box.x, y, box.w, 22}, t.accent_wash);
            draw::chip(inner, line.letter, box.x + 16, y + 3, 16);
            draw::text_cut(inner, chosen ? fonts().strong12 : fonts().text12, box.x + 40, y + 15.5f,
                           t.text1, line.name, at.state - box.x - 48);
            draw::text(inner, fonts().text12, at.state, y + 15.5f, t.text2, line.state);
            draw::text(inner, fonts().mono12, at.nice, y + 15.5f, t.text2, line.nice, Align::Right);
            draw::text(inner, fonts().mono12, at.key, y + 15.5f, t.text1, line.key, Align::Right);
            draw::text(inner, fonts().mono12, at.cpu_time, y + 15.5f, t.text2, line.cpu_time,
                       Align::Right);
        });
    if (clicked < lines.size()) app.model.select_task(lines[clicked].task);
}

void panel_events(App& app, const Box& box) {
    draw::fill(*ImGui::GetWindowDrawList(), box, theme().surface);
    const std::vector<EventLine> lines = app.model.event_lines(60, 20);
    const u32 clicked =
        scrolled_rows(box, static_cast<u32>(lines.size()), 22, [&](u32 i, float y) {
            ImDrawList& inner = *ImGui::GetWindowDrawList();
            if (lines[i].now) draw::fill(inner, {box.x, y, box.w, 22}, theme().accent_wash);
            draw::text(inner, fonts().mono12, box.x + 104, y + 15.5f, theme().text2, lines[i].time,
                       Align::Right);
            draw_pieces(inner, lines[i].text, box.x + 120, y + 1.5f, 4000, false);
        });
    if (clicked < lines.size()) app.model.select_record(lines[clicked].record);
}

void panel_describe(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw::fill(list, box, theme().surface);
    float y = box.y + 8;
    for (const std::vector<Piece>& paragraph : app.model.describe()) {
        if (y > box.bottom()) break;
        y = draw_pieces(list, paragraph, box.x + 16, y, box.w - 32, false) + 4;
    }
}

void panel_inspector(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Theme& t = theme();
    draw::fill(list, box, t.surface);
    const std::vector<FieldLine> fields = app.model.inspect();
    if (fields.empty()) {
        draw::text(list, fonts().text13, box.x + 16, box.y + 28, t.text2,
                   "No task is selected. Click one in the timeline or in the table.");
        return;
    }
    scrolled_rows(box, static_cast<u32>(fields.size()), 21, [&](u32 i, float y) {
        ImDrawList& inner = *ImGui::GetWindowDrawList();
        const bool first = i == 0 || fields[i].group != fields[i - 1].group;
        if (first) {
            draw::text(inner, fonts().strong12, box.x + 16, y + 15, t.accent, fields[i].group);
        }
        draw::text(inner, fonts().mono12, box.x + 128, y + 15, t.text2, fields[i].name);
        draw::text(inner, fonts().mono12, box.x + 330, y + 15, t.text1, fields[i].value);
    });
}

void panel_status(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Theme& t = theme();
    draw::fill(list, box, t.surface);
    draw::hline(list, box.x, box.right(), box.y + 0.5f, t.line);
    const Facts facts = app.model.facts();
    const std::string right = facts.kernel + " \xC2\xB7 " + facts.profile + " \xC2\xB7 run " +
                              facts.hash.substr(0, 8);
    const float w = draw::text(list, fonts().text12, box.right() - 16, box.y + 18.5f, t.text3,
                               right, Align::Right);
    const std::string& said = facts.limit.empty() ? facts.notice : facts.limit;
    const std::string left =
        said.empty() ? "Space play \xC2\xB7 . next switch \xC2\xB7 , previous switch \xC2\xB7 "
                               "drag selects a range \xC2\xB7 Ctrl + wheel zooms"
                             : said;
    draw::text_cut(list, fonts().text12, box.x + 16, box.y + 18.5f, t.text3, left,
                   box.w - w - 56);
}

}  // namespace rq
