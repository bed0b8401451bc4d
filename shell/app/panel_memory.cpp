// The memory of the selected task: its areas, and of one area every page: the entry in its page
// table, the frame behind it with its references, and a relative's entry for the same page.
#include <cmath>

#include "app/parts.hpp"
#include "app/reading.hpp"

namespace rq {

namespace {

constexpr u32 most_rows = 64;  // above, pages become cells

std::string frame_name(u32 frame) {
    std::string out = "0x";
    append_hex(out, frame, 3);
    return out;
}

// Areas as buttons in a row; what does not fit is reached by scrolling the row.
void draw_areas(ImDrawList& list, App& app, const view::MemoryMap& map, const Box& box) {
    const Theme& t = theme();
    float x = box.x;
    for (u32 i = 0; i < map.areas.size(); i++) {
        const view::MemoryArea& area = map.areas[i];
        std::string facts = area.permissions + " ";
        append_u64(facts, area.present);
        facts += '/';
        append_u64(facts, area.pages);
        const float name_w = draw::width(fonts().strong12, area.name);
        const float w = name_w + draw::width(fonts().mono11, facts) + 28;
        if (x + w > box.right()) break;
        const Box button{x, box.y, w, box.h};
        const bool chosen = i == map.area;
        draw::rounded(list, button, chosen ? t.accent_wash : t.surface, 6);
        draw::rounded_edge(list, button, chosen ? t.accent : t.line, 6, 1);
        draw::text(list, fonts().strong12, x + 10, box.y + box.h / 2 + 4.5f, t.text1, area.name);
        draw::text(list, fonts().mono11, x + 18 + name_w, box.y + box.h / 2 + 4.5f, t.text3, facts);
        if (clicked(button)) {
            app.main.memory_area = i;
            app.main.memory_task = map.task;
            backend_wake();
        }
        x += w + 6;
    }
}

void draw_entry(ImDrawList& list, const view::PageEntry& entry, const Box& box, bool wide) {
    const Theme& t = theme();
    draw::rounded_edge(list, box, entry.frame ? t.control : t.line, 4, 1);
    const float base = box.y + box.h / 2 + 4.5f;
    std::string page;
    append_u64(page, entry.page);
    draw::text(list, fonts().mono12, box.x + 10, base, t.text1, page);
    if (!entry.frame) {
        draw::text(list, fonts().text11, box.right() - 8, base, t.text3, "not present",
                   Align::Right);
        return;
    }
    const ImU32 colour = entry.writable ? t.right : t.text2;
    draw::text(list, fonts().mono12, box.x + 46, base, colour, view::entry_bits(entry));
    if (!wide) return;
    draw::text(list, entry.writable ? fonts().strong11 : fonts().text11, box.right() - 8, base,
               colour, view::entry_words(entry), Align::Right);
}

void draw_frame(ImDrawList& list, const App& app, const view::MemoryMap& map,
                const view::PageEntry& entry, const Box& box) {
    const Theme& t = theme();
    if (!entry.frame) return;
    draw::rounded(list, box, t.sunken, 4);
    draw::rounded_edge(list, box, t.control, 4, 1);
    const float base = box.y + box.h / 2 + 4.5f;
    float x = box.x + 6;
    if (box.w >= 100) {
        x += draw::text(list, fonts().mono11, x, base, t.text1, frame_name(entry.frame)) + 6;
    }
    std::string count;
    append_u64(count, entry.refcount);
    const float right = box.right() - 6 - draw::width(fonts().strong12, count);
    for (u32 holder : entry.holders) {
        if (x + 16 > right) break;
        draw::chip(list, app.model.cast()[map.family[holder]].letter, x, box.y + box.h / 2 - 8, 16);
        x += 18;
    }
    draw::text(list, fonts().strong12, box.right() - 6, base, t.text1, count, Align::Right);
}

struct Lanes {
    float left_x, left_w, frame_x, frame_w, right_x;
    bool wide;
};

Lanes lanes_of(const Box& box, bool two) {
    Lanes l{};
    const float w = box.w - 32;
    l.wide = w / (two ? 3 : 2) > 150;
    const float gap = w < 420 ? 8.0f : 24.0f;
    l.left_w = (w - gap * (two ? 2 : 1)) * (two ? 0.36f : 0.56f);
    l.frame_w = w - gap * (two ? 2 : 1) - l.left_w * (two ? 2 : 1);
    l.left_x = box.x + 16;
    l.frame_x = l.left_x + l.left_w + gap;
    l.right_x = l.frame_x + l.frame_w + gap;
    return l;
}

// A page of both tables: one frame between them while it is shared, two once it was copied.
void draw_row(ImDrawList& list, const App& app, const view::MemoryMap& map, u32 i, const Lanes& l,
              float y, float row_h) {
    const Theme& t = theme();
    const view::PageEntry& mine = map.pages[i];
    const float h = row_h - (row_h > 26 ? 6.0f : 2.0f), middle = y + h / 2;
    draw_entry(list, mine, {l.left_x, y, l.left_w, h}, l.wide);
    const view::PageEntry none{};
    const view::PageEntry& theirs = i < map.other_pages.size() ? map.other_pages[i] : none;
    const bool two = map.other != no_task;
    const bool split = two && theirs.frame && theirs.frame != mine.frame;
    if (mine.frame) draw::hline(list, l.left_x + l.left_w, l.frame_x, middle, t.control, 1.5f);
    if (two && theirs.frame) {
        draw::hline(list, l.frame_x + l.frame_w, l.right_x, middle, t.control, 1.5f);
    }
    if (split) {
        const float half = (l.frame_w - 4) / 2;
        draw_frame(list, app, map, mine, {l.frame_x, y, half, h});
        draw_frame(list, app, map, theirs, {l.frame_x + half + 4, y, half, h});
    } else {
        draw_frame(list, app, map, mine.frame ? mine : theirs, {l.frame_x, y, l.frame_w, h});
    }
    if (two) draw_entry(list, theirs, {l.right_x, y, l.left_w, h}, l.wide);
}

void draw_rows(ImDrawList& list, App& app, const view::MemoryMap& map, const Box& box) {
    const Lanes l = lanes_of(box, map.other != no_task);
    draw_task(list, app, map.task, l.left_x, box.y + 15, l.left_w);
    draw::text(list, fonts().strong12, l.frame_x + l.frame_w / 2, box.y + 15, theme().text1,
               l.frame_w > 100 ? "Frames, references" : "Frames", Align::Centre);
    if (map.other != no_task) draw_task(list, app, map.other, l.right_x, box.y + 15, l.left_w);
    const Box rows{box.x, box.y + 24, box.w, box.h - 24};
    const float fit = std::floor(rows.h / static_cast<float>(map.pages.size()));
    const float row_h = ImClamp(fit, 20.0f, 30.0f);
    scrolled_rows(rows, static_cast<u32>(map.pages.size()), row_h, [&](u32 i, float y) {
        draw_row(*ImGui::GetWindowDrawList(), app, map, i, l, y, row_h);
    });
}

// One cell a page: empty = not present, hatched or pale = shared, full = its own; a dot = writable.
void draw_cell(ImDrawList& list, const view::PageEntry& entry, const TaskColour& colour,
               const Box& cell) {
    const Theme& t = theme();
    if (!entry.frame) return draw::edge(list, cell, t.line);
    if (entry.zero_page) return draw::edge(list, cell, t.control);
    const bool shared = entry.holders.size() > 1 || entry.mapcount > 1;
    if (cell.w < 6) return draw::fill(list, cell, with_alpha(colour.fill, shared ? 35 : 100));
    if (shared) {
        draw::fill(list, cell, t.surface);
        draw::pattern(list, cell, Pattern::Slash, colour.edge);
    } else {
        draw::fill(list, cell, colour.fill);
    }
    draw::edge(list, cell, colour.edge);
    if (entry.writable && cell.w >= 8) {
        draw::fill(list, {cell.x + cell.w / 2 - 1.5f, cell.y + cell.h / 2 - 1.5f, 3, 3},
                   entry.holders.size() > 1 ? t.text1 : colour.ink);
    }
}

void draw_cell_hover(const App& app, const view::MemoryMap& map, const view::PageEntry& entry) {
    ImGui::BeginTooltip();
    std::string text = "page ";
    append_u64(text, entry.page);
    text += std::string(": ") + view::entry_words(entry);
    if (entry.frame) {
        text += "\nframe " + frame_name(entry.frame) + ", " +
                count_of(entry.refcount, "reference", "references") + "\nmapped by";
        for (u32 holder : entry.holders) text += " " + app.model.cast()[map.family[holder]].name;
    }
    ImGui::TextUnformatted(text.c_str());
    ImGui::EndTooltip();
}

void draw_grid(ImDrawList& list, const App& app, const view::MemoryMap& map, u32 task,
               const std::vector<view::PageEntry>& pages, const Box& box) {
    draw_task(list, app, task, box.x, box.y + 15, box.w);
    const TaskColour colour = draw::task_colour(app.model.cast()[task].letter, true);
    const float top = box.y + 26, room = box.bottom() - top;
    float size = 12;
    while (size > 3) {
        const float across = std::floor(box.w / size);
        if (std::ceil(static_cast<float>(pages.size()) / across) * size <= room) break;
        size -= 1;
    }
    const u32 across = ImMax(1u, static_cast<u32>(box.w / size));
    const float gap = size >= 6 ? 1.0f : 0.0f;
    for (u32 i = 0; i < pages.size(); i++) {
        const Box cell{box.x + static_cast<float>(i % across) * size,
                       top + static_cast<float>(i / across) * size, size - gap, size - gap};
        if (cell.bottom() > box.bottom() + 1) break;
        draw_cell(list, pages[i], colour, cell);
        if (hovered(cell)) draw_cell_hover(app, map, pages[i]);
    }
}

void draw_grids(ImDrawList& list, App& app, const view::MemoryMap& map, const Box& box) {
    const bool two = map.other != no_task;
    const float w = two ? (box.w - 48) / 2 : box.w - 32;
    const Box left{box.x + 16, box.y, w, box.h - 24};
    draw_grid(list, app, map, map.task, map.pages, left);
    if (two) {
        draw_grid(list, app, map, map.other, map.other_pages,
                  {left.right() + 16, box.y, w, left.h});
    }
    draw::text_cut(list, fonts().text12, box.x + 16, box.bottom() - 6, theme().text3,
                   box.w < 420 ? "full: its own \xC2\xB7 pale: shared \xC2\xB7 empty: not there"
                               : "full: its own frame \xC2\xB7 pale or hatched: shared \xC2\xB7 "
                                 "dot: writable \xC2\xB7 empty: not present",
                   box.w - 32);
}

std::string figures_of(const view::MemoryMap& map, bool narrow) {
    std::string out = decimal(map.rss_pages * 4, 1024, 1) + " MiB resident";
    if (narrow) return out;
    out += " \xC2\xB7 " + count_of(map.shared_frames, "frame", "frames") + " shared, ";
    append_u64(out, map.own_frames);
    return out + " own";
}

}  // namespace

void panel_memory(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const u32 task = app.model.selected_task();
    const u32 area = app.main.memory_task == task || task == no_task ? app.main.memory_area : ~0u;
    const view::MemoryMap& map = app.main.memory.of({app.model.revision(), area, task}, [&] {
        return view::memory_map(app.model.context(), app.model.books().cast, task, area);
    });
    const Box inside = begin_view(list, box, "Which pages has it, and who else has them?",
                                  map.areas.empty() ? "" : figures_of(map, box.w < 480));
    if (map.task == no_task || map.areas.empty()) {
        say_empty(list, inside, "The selected task has no memory of its own. Choose another one.");
        return;
    }
    draw_areas(list, app, map, {inside.x + 16, inside.y, inside.w - 32, 26});
    const Box pages{inside.x, inside.y + 34, inside.w, inside.h - 40};
    if (map.pages.size() <= most_rows) draw_rows(list, app, map, pages);
    else draw_grids(list, app, map, pages);
}

}  // namespace rq
